//! What this crate promises for pages that nobody wrote down, as properties.
//!
//! - [`soup`]: bytes that look like a game just enough to reach every corner of the readers
//! - [`page`]: games that are let in, with a hole in which anything may be put
//! - [`fetches`]: every way to fetch an address, written in every way in which it can be written
//! - [`inspection`], [`self_contained`], [`head`], [`names`]: the promises

mod fetches;
mod head;
mod inspection;
mod names;
mod page;
mod self_contained;
mod soup;

use proptest::prelude::ProptestConfig;

/// Cases of each property. All of them together take a few seconds without optimisation.
const CASES: u32 = 400;

fn config() -> ProptestConfig {
    ProptestConfig { cases: CASES, ..ProptestConfig::default() }
}
