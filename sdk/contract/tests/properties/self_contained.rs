//! A game fetches nothing but the SDK, wherever and however it tries.

use super::config;
use super::fetches::{Leads, fetch, refresh};
use super::page::page;
use maribro_contract::checks::inspect;
use maribro_contract::wire::{Check, CheckStatus};
use proptest::prelude::*;

fn self_contained(game: &[u8]) -> Check {
    inspect(game).report.checks.swap_remove(3)
}

fn shown(game: &[u8]) -> String {
    String::from_utf8_lossy(game).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3 * super::CASES, ..config() })]

    #[test]
    fn a_page_without_a_fetch_is_let_in(page in page()) {
        let game = page.with("");
        let report = inspect(&game).report;
        prop_assert!(report.ok, "{:#?}\n{}", report.failures().collect::<Vec<_>>(), shown(&game));
    }

    #[test]
    fn an_address_elsewhere_fails_wherever_it_would_be_fetched(page in page(), fetch in fetch(Leads::Away)) {
        let game = page.with(&fetch);
        prop_assert_eq!(self_contained(&game).status, CheckStatus::Fail, "{}", shown(&game));
    }

    #[test]
    fn another_address_of_the_host_fails_too(page in page(), fetch in fetch(Leads::ToTheHost)) {
        let game = page.with(&fetch);
        prop_assert_eq!(self_contained(&game).status, CheckStatus::Fail, "{}", shown(&game));
    }

    #[test]
    fn the_same_places_may_hold_what_is_in_the_file(page in page(), fetch in fetch(Leads::Nowhere)) {
        let game = page.with(&fetch);
        let check = self_contained(&game);
        prop_assert_eq!(check.status, CheckStatus::Pass, "{}\n{}", check.message, shown(&game));
    }

    #[test]
    fn a_page_that_leaves_by_itself_fails(page in page(), refresh in refresh()) {
        let game = page.with(&refresh);
        prop_assert_eq!(self_contained(&game).status, CheckStatus::Fail, "{}", shown(&game));
    }
}
