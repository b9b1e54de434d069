//! Images: bytes that something derived is read back from, in a small part of the time
//! that deriving it takes.
//!
//! The build script writes those that the crate carries; no others are ever read, so that
//! nothing but their ends is checked. Parts follow each other as they stand, numbers little
//! endian, whatever has no fixed length after its length.

use std::ops::Range;

use crate::token::{Case, Gap, Kind, Token};

/// What an image may have as a part.
pub(crate) trait Part: Sized {
    /// Writes it behind what there is.
    fn write(&self, image: &mut Vec<u8>);

    /// Takes it off the front, if it is there.
    fn read(image: &mut &[u8]) -> Option<Self>;
}

/// The image of a whole.
#[allow(dead_code)]
pub(crate) fn image(whole: &impl Part) -> Vec<u8> {
    let mut image = Vec::new();
    whole.write(&mut image);
    image
}

/// The whole that an image is of.
#[allow(dead_code)]
pub(crate) fn read<P: Part>(mut image: &[u8]) -> Option<P> {
    let whole = P::read(&mut image)?;
    image.is_empty().then_some(whole)
}

/// Parts that are the fields of a struct, one after the other.
macro_rules! fields {
    ($whole:ty: $($field:tt),+) => {
        impl $crate::image::Part for $whole {
            fn write(&self, image: &mut Vec<u8>) {
                $(self.$field.write(image);)+
            }

            #[inline]
            fn read(image: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::image::Part::read(image)?),+ })
            }
        }
    };
}
pub(crate) use fields;

/// Parts that are numbers.
macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Part for $number {
            fn write(&self, image: &mut Vec<u8>) {
                image.extend(self.to_le_bytes());
            }

            #[inline]
            fn read(image: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = image.split_first_chunk()?;
                *image = rest;
                Some(Self::from_le_bytes(*bytes))
            }
        }
    )+};
}

/// Parts that are one of a few things.
macro_rules! choices {
    ($($choice:ty: $($value:expr),+;)+) => {$(
        impl Part for $choice {
            fn write(&self, image: &mut Vec<u8>) {
                (*self as u8).write(image);
            }

            #[inline]
            fn read(image: &mut &[u8]) -> Option<Self> {
                [$($value),+].get(usize::from(u8::read(image)?)).copied()
            }
        }
    )+};
}

numbers!(u8, u16, u32, u64, i16, i32);
choices! {
    bool: false, true;
    Kind: Kind::Word, Kind::Clitic, Kind::Number, Kind::Mark, Kind::Opaque;
    Gap: Gap::None, Gap::Space, Gap::Break;
    Case: Case::Lower, Case::First, Case::Upper, Case::Mixed;
}
fields!(Token: start, end, hash, kind, gap, case, is_short);
fields!(Range<u32>: start, end);

impl<P: Part + Copy + Default, const N: usize> Part for [P; N] {
    fn write(&self, image: &mut Vec<u8>) {
        self.iter().for_each(|part| part.write(image));
    }

    #[inline]
    fn read(image: &mut &[u8]) -> Option<Self> {
        let mut parts = [P::default(); N];
        for part in &mut parts {
            *part = P::read(image)?;
        }
        Some(parts)
    }
}

impl<P: Part> Part for Vec<P> {
    fn write(&self, image: &mut Vec<u8>) {
        (self.len() as u32).write(image);
        self.iter().for_each(|part| part.write(image));
    }

    fn read(image: &mut &[u8]) -> Option<Self> {
        let length = u32::read(image)? as usize;
        // No part is shorter than a byte.
        let mut parts = Vec::with_capacity(length.min(image.len()));
        for _ in 0..length {
            parts.push(P::read(image)?);
        }
        Some(parts)
    }
}

impl Part for String {
    fn write(&self, image: &mut Vec<u8>) {
        (self.len() as u32).write(image);
        image.extend(self.as_bytes());
    }

    fn read(image: &mut &[u8]) -> Option<Self> {
        let length = u32::read(image)?;
        let (text, rest) = image.split_at_checked(length as usize)?;
        *image = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tokenize;

    #[derive(Debug, PartialEq)]
    struct Whole {
        tokens: Vec<Token>,
        text: String,
        numbers: [i16; 3],
        range: Range<u32>,
    }

    fields!(Whole: tokens, text, numbers, range);

    fn whole() -> Whole {
        let text = "It's N.A.T.O.'s iPhone,\nfor \u{e9}lan and 1,000 more:\n\nhttps://example.org";
        Whole {
            tokens: tokenize(text),
            text: text.to_string(),
            numbers: [-1, 0, i16::MAX],
            range: 7..u32::MAX,
        }
    }

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(read(&image(&whole())), Some(whole()));
    }

    #[test]
    fn images_have_an_end() {
        let mut image = image(&whole());
        for end in 0..image.len() {
            assert_eq!(read::<Whole>(&image[..end]), None, "{end}");
        }
        image.push(0);
        assert_eq!(read::<Whole>(&image), None);
    }
}
