//! Loops over rows in one: processors could not foresee the ends of short rows.

use std::hint::select_unpredictable;

/// The places of a grid, row by row.
#[inline(always)]
pub(crate) fn grid(rows: usize, width: usize) -> impl ExactSizeIterator<Item = (usize, usize)> {
    let (mut row, mut column) = (0, 0);
    (0..rows * width).map(move |_| {
        let here = (row, column);
        let ends = column + 1 == width;
        row += usize::from(ends);
        column = select_unpredictable(ends, 0, column + 1);
        here
    })
}
