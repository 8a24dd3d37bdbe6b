//! A game fetches nothing but the SDK, wherever and however it tries.

use super::config;
use super::fetches::{Leads, fetch, refresh};
use super::page::page;
use maribro_contract::checks::inspect;
use maribro_contract::wire::{Check, CheckStatus};
use proptest::prelude::*;
use proptest::sample::select;

fn self_contained(game: &[u8]) -> Check {
    inspect(game).report.checks.swap_remove(3)
}

fn shown(game: &[u8]) -> String {
    String::from_utf8_lossy(game).into_owned()
}

/// The body of such an element is text, whatever it looks like, and ends at the first end tag.
const TEXT_ELEMENTS: &[&str] =
    &["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes", "noscript"];
const ATTRIBUTES: &[&str] = &["", " q", " q=1", " q=", " q =\n", " q=''", "/", " q=/", " q==", " a= b=", " q='>'"];
const BODIES: &[&str] =
    &["<!--", "<!-- <b", "<b title='", "<b title=\"", "<![CDATA[", "<textarea>", "<?", "<!x", "</b c='"];

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
    fn the_text_of_an_element_hides_nothing_behind_it(
        name in select(TEXT_ELEMENTS), attributes in select(ATTRIBUTES), body in select(BODIES), fetch in fetch(Leads::Away),
    ) {
        let open = format!("<{name}{attributes}>{body}</{name}>");
        let game = format!("<!doctype html><html><head></head><body>{open}{fetch}--></body></html>").into_bytes();
        prop_assert_eq!(self_contained(&game).status, CheckStatus::Fail, "{}", shown(&game));
    }

    #[test]
    fn a_page_that_leaves_by_itself_fails(page in page(), refresh in refresh()) {
        let game = page.with(&refresh);
        prop_assert_eq!(self_contained(&game).status, CheckStatus::Fail, "{}", shown(&game));
    }
}
