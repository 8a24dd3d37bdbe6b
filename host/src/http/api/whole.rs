//! Whole numbers as JSON has them: `2`, and `2.0` as well, which is what programs send whose numbers are all floating.

use serde::{
    Deserialize, Deserializer,
    de::{self, Unexpected, Visitor},
};
use std::{fmt, marker::PhantomData};

/// Largest number up to which every whole number has a floating form of its own.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// A whole number that is read from either form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Whole<T>(pub(crate) T);

impl<'de, T: TryFrom<i64>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<T: TryFrom<i64>> Visitor<'_> for Reader<T> {
    type Value = Whole<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number in range")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        T::try_from(number).map(Whole).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        let read = i64::try_from(number).ok().and_then(|number| T::try_from(number).ok());
        read.map(Whole).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        if number.fract() == 0.0 && number.abs() <= MAX_EXACT {
            return self.visit_i64(number as i64);
        }
        Err(E::invalid_value(Unexpected::Float(number), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: TryFrom<i64>>(text: &str) -> Option<T> {
        serde_json::from_str::<Whole<T>>(text).ok().map(|whole| whole.0)
    }

    #[test]
    fn both_forms_of_a_whole_number_are_read() {
        for text in ["2", "2.0", "2e0", "0.2e1"] {
            assert_eq!(read::<usize>(text), Some(2), "{text}");
        }
        assert_eq!((read::<i8>("-1.0"), read::<i8>("-0.0")), (Some(-1), Some(0)));
    }

    #[test]
    fn what_is_no_whole_number_in_range_is_refused() {
        for text in ["2.5", "-1", "1e300", "18446744073709551615", "\"2\"", "true", "null", "[2]", "4294967296.0"] {
            assert_eq!(read::<u32>(text), None, "{text}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_expected() {
        let refusal = serde_json::from_str::<Whole<i8>>("300").map(|_| ()).unwrap_err().to_string();
        assert!(refusal.contains("`300`, expected a whole number in range"), "{refusal}");
    }
}
