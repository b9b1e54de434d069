//! Integer costs: negative natural logarithms in units of 1/256 nat.
//!
//! Everything the decoder adds up and compares is such an integer, so that
//! every machine decides alike.

/// Units of cost in one nat.
pub(crate) const NAT: i32 = 256;

/// log2 of 1 + n/256 in units of 2^-24, for n from 0 to 256.
const LOG2: [u32; 257] = {
    let mut table = [0; 257];
    let mut n = 0;
    while n < 257 {
        table[n] = log2_of_mantissa((256 + n as u64) << 23);
        n += 1;
    }
    table
};

/// log2 of a mantissa with 31 fractional bits, by repeated squaring.
const fn log2_of_mantissa(mut mantissa: u64) -> u32 {
    if mantissa >> 32 == 1 {
        return 1 << 24;
    }
    let (mut fraction, mut bit) = (0, 0);
    while bit < 24 {
        mantissa = (mantissa * mantissa) >> 31;
        let carry = mantissa >> 32;
        fraction = fraction << 1 | carry as u32;
        mantissa >>= carry;
        bit += 1;
    }
    fraction
}

/// log2 of a positive integer in units of 2^-16: a table, and a straight line
/// between two of its entries.
fn log2(n: u64) -> i64 {
    let n = n.max(1);
    let whole = 63 - n.leading_zeros();
    // The mantissa in [1, 2) with 31 fractional bits.
    let mantissa = if whole >= 31 {
        n >> (whole - 31)
    } else {
        n << (31 - whole)
    };
    let at = (mantissa >> 23) as usize & 255;
    let (low, high) = (u64::from(LOG2[at]), u64::from(LOG2[at + 1]));
    let between = ((high - low) * (mantissa & 0x7f_ffff)) >> 23;
    i64::from(whole) << 16 | ((low + between) >> 8) as i64
}

/// `ln(numerator / denominator)` in cost units; zeros count as one.
pub(crate) fn log_ratio(numerator: u64, denominator: u64) -> i32 {
    // ln 2 · 256 · 2^32, so that the product keeps its precision.
    const LN2: i64 = 762_123_384_786;
    let difference = log2(numerator) - log2(denominator);
    let scaled = (i128::from(difference) * i128::from(LN2)) >> 48;
    scaled as i32
}

/// `exp(-cost)` in units of 2^-16, for a cost that is not negative.
pub(crate) fn exp_neg(cost: i32) -> u32 {
    // e^-(cost/256) = 2^-(cost·log2(e)/256): the whole part shifts, and the
    // fraction goes through the Taylor series of 2^-x, coefficients in 2^-16.
    const LOG2_E: i64 = 94_548;
    const SERIES: [i64; 6] = [-87, 630, -3_638, 15_743, -45_426, 65_536];
    let power = (i64::from(cost.max(0)) * LOG2_E) >> 8;
    let whole = power >> 16;
    if whole >= 17 {
        return 0;
    }
    let x = power & 0xffff;
    let value = SERIES
        .into_iter()
        .fold(0, |sum, term| ((sum * x) >> 16) + term);
    (value >> whole) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_close() {
        for (a, b) in [
            (1, 1),
            (2, 1),
            (1, 1000),
            (12_345, 678),
            (u32::MAX as u64, 3),
        ] {
            let exact = (a as f64 / b as f64).ln() * f64::from(NAT);
            assert!((f64::from(log_ratio(a, b)) - exact).abs() < 1.5, "{a}/{b}");
        }
    }

    #[test]
    fn the_table_of_logarithms_is_fine_enough() {
        for n in (1..1 << 20).step_by(77) {
            let exact = (n as f64).log2() * 65_536.0;
            assert!((log2(n) as f64 - exact).abs() < 2.0, "{n}");
        }
    }

    #[test]
    fn exponentials_are_close() {
        for cost in 0..3000 {
            let exact = (-f64::from(cost) / 256.0).exp() * 65_536.0;
            assert!((f64::from(exp_neg(cost)) - exact).abs() < 16.0, "{cost}");
        }
    }
}
