//! Games that are let in, with a hole in which anything may be put.

use super::soup::mixed_case;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What may be around the hole without changing what stands in it.
const WRAPPERS: &[(&str, &str)] = &[
    ("div", ""),
    ("p", " class=x"),
    ("template", ""),
    ("details", " open"),
    ("table><tbody><tr><td", ""),
    ("svg><g", " fill=\"url(#a)\""),
    ("svg><foreignObject><div", ""),
    ("section", " title='a > b <img src=//x>'"),
    ("a", " href=\"#top\""),
    ("noscript></noscript><main", ""),
    ("font", " color=red"),
];

/// What may stand anywhere and fetches nothing, though it names addresses.
const INNOCENT: &[&str] = &[
    "",
    "\n",
    "\r\n\t",
    "see https://example.org/a.png",
    "<!-- <img src=https://example.org/a.png> -->",
    "<!--><b>x</b>",
    "<script>// http://x\n/* '//x' */ const note = 'see http://x.org for more'; if (1 / 2 > 3 / 4) {}</script>",
    "<script>const re = /[/'\"]\\/\\/x/g; const t = `a ${`b ${1}`} //c`; x = i++ / 2</script>",
    "<style>a::before{content:\"url(http://x)\"}/* @import '//x'; */</style>",
    "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>",
    "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
    "&lt;img src=//x&gt;",
    "日本\u{feff}",
    "<title>url(//x)</title>",
    "<br/>",
    "<b title=\"http://x\" src-set=//x data-src=//x>x</b>",
];

/// A game that is let in, in two parts: what stands before the hole and what after.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    before: String,
    after: String,
}

impl Page {
    /// The game with this in its hole.
    pub(crate) fn with(&self, inside: &str) -> Vec<u8> {
        [self.before.as_str(), inside, &self.after].concat().into_bytes()
    }
}

fn innocent() -> impl Strategy<Value = String> {
    vec(select(INNOCENT), 0..3).prop_map(|parts| parts.concat())
}

fn wrapper() -> impl Strategy<Value = (String, String)> {
    select(WRAPPERS).prop_flat_map(|(names, attributes)| {
        mixed_case(names).prop_map(move |open| {
            let close: String =
                open.split('>').rev().map(|name| format!("</{}>", name.trim_start_matches("<"))).collect();
            let close = close.replace("</</", "</").replace("</noscript>", "");
            (format!("<{open}{attributes}>"), close)
        })
    })
}

/// Pages with the hole in the head, in the body or deep within it.
pub(crate) fn page() -> impl Strategy<Value = Page> {
    let inside = (vec(wrapper(), 0..4), innocent(), innocent()).prop_map(|(wrappers, left, right)| {
        let open: String = wrappers.iter().map(|(open, _)| open.as_str()).collect();
        let close: String = wrappers.iter().rev().map(|(_, close)| close.as_str()).collect();
        (format!("{open}{left}"), format!("{right}{close}"))
    });
    let doctype = select(&["<!doctype html>", "\u{feff}<!DOCTYPE HTML>\r\n", "<!-- x --><!DocType html >\n"][..]);
    (doctype, inside, any::<bool>(), innocent(), innocent()).prop_map(
        |(doctype, (open, close), in_head, first, last)| {
            let sdk = "<script src=\"/public/maribro-sdk.js\"></script>";
            let script = "<script>Maribro.onReady(({activeSlots}) => Maribro.endGame([0, 0, 0, 0]));</script>";
            let hole = (format!("<section>{open}"), format!("{close}</section>"));
            let (before, after) = if in_head {
                (String::new(), format!("</head><body>{first}<canvas></canvas>{script}{last}</body></html>"))
            } else {
                let before = format!("</head><body>{first}<canvas></canvas>{}", hole.0);
                (before, format!("{}{script}{last}</body></html>", hole.1))
            };
            Page { before: format!("{doctype}<html><head>{sdk}{before}"), after }
        },
    )
}
