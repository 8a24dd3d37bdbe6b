//! Soups of tokens: HTML, CSS and JavaScript that is nearly right, and bytes that are not even text.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Tags with a meaning of their own to a parser, a check or the metadata.
const TAGS: &[&str] = &[
    "html",
    "head",
    "body",
    "meta",
    "title",
    "base",
    "link",
    "script",
    "style",
    "template",
    "noscript",
    "iframe",
    "svg",
    "math",
    "mi",
    "annotation-xml",
    "foreignObject",
    "desc",
    "select",
    "option",
    "table",
    "tr",
    "td",
    "caption",
    "colgroup",
    "frameset",
    "noframes",
    "textarea",
    "xmp",
    "plaintext",
    "noembed",
    "image",
    "img",
    "a",
    "p",
    "b",
    "form",
    "object",
    "canvas",
    "video",
    "source",
    "animate",
    "use",
];

/// Attributes that a check reads.
const ATTRIBUTES: &[&str] = &[
    "src",
    "href",
    "srcset",
    "xlink:href",
    "style",
    "srcdoc",
    "name",
    "content",
    "http-equiv",
    "type",
    "rel",
    "onload",
    "onwebkitanimationiteration",
    "action",
    "data",
    "ping",
    "fill",
    "to",
    "attributeName",
    "values",
    "async",
    "encoding",
];

const VALUES: &[&str] = &[
    "",
    " ",
    "//x",
    "http://x/y.png",
    "/public/maribro-sdk.js",
    "data:,x",
    "#a",
    "javascript:1",
    "url(//x)",
    "text/html",
    "application/json",
    "importmap",
    "module",
    "stylesheet",
    "refresh",
    "0;url=//x",
    "title",
    "maribro:title",
    "creatorAvatarId",
    "maribro:creatorAvatarId",
    "maxDurationSec",
    "MARIBRO:MAXDURATIONSEC",
    "1e999",
    "-3",
    "NaN",
    "45",
    "&#0;&#x110000;&copy",
    "&lt;iframe srcdoc=&quot;&amp;lt;",
    "<iframe srcdoc='<svg><style>",
    "a 1x,b 2x (,",
    "href",
    "\u{feff}\u{202e}é",
    "fetch('//x')",
    "cat-pink",
];

const TEXTS: &[&str] = &[
    "<!doctype html>",
    "<!DOCTYPE x SYSTEM \">\">",
    "<!--",
    "-->",
    "--!>",
    "<!-->",
    "<![CDATA[",
    "]]>",
    "<?x?>",
    "</",
    "<",
    ">",
    "/>",
    "<a <b",
    "&amp",
    "&#x",
    "\r\n",
    "\n",
    "\t",
    "\0",
    "\u{feff}",
    "日本",
    "</script",
    "</style/>",
    "<script><!--<script>",
    "url(",
    "@import '//x",
    "image-set('",
    "\\",
    "/*",
    "*/",
    "//",
    "\\72l(",
    "`${",
    "}`",
    "/[/]/",
    "Maribro.endGame(",
    "fetch(\"//x\")",
    "import('x')",
    "getInput(3)",
    "[0, 1, 2, 3]",
    "'\\",
    "innerHTML=`<img src=//",
    "${",
    "}",
    "{",
    "(",
    ")",
    ";",
    "i++ / 2",
];

/// The texts of soups, for other generators.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![8 => select(TEXTS).prop_map(str::to_owned), 1 => "\\PC{0,6}", 1 => "[a-z0-9 ]{0,12}"]
}

/// The same name in some mixture of upper and lower case.
pub(crate) fn mixed_case(name: &str) -> impl Strategy<Value = String> + use<> {
    let name = name.to_owned();
    any::<u64>().prop_map(move |bits| {
        let upper = |index: usize| bits >> (index % 64) & 1 == 1 && bits & 3 == 0;
        let letters = name.chars().enumerate();
        letters.map(|(index, c)| if upper(index) { c.to_ascii_uppercase() } else { c }).collect()
    })
}

fn attribute() -> impl Strategy<Value = String> {
    let name = select(ATTRIBUTES).prop_flat_map(mixed_case);
    let value = prop_oneof![6 => select(VALUES).prop_map(str::to_owned), 1 => text()];
    (name, value, 0_u8..6).prop_map(|(name, value, form)| match form {
        0 => format!(" {name}"),
        1 => format!(" {name}={value}"),
        2 => format!("\n{name} = '{value}'"),
        3 => format!("/{name}=\"{value}\""),
        4 => format!(" {name}=\"{value}"),
        _ => format!(" {name}=\"{value}\""),
    })
}

fn tag() -> impl Strategy<Value = String> {
    let name = select(TAGS).prop_flat_map(mixed_case);
    let close = prop_oneof![8 => Just(">"), 1 => Just("/>"), 1 => Just("")];
    let open = (name.clone(), vec(attribute(), 0..4), close)
        .prop_map(|(name, attributes, close)| format!("<{name}{}{close}", attributes.concat()));
    prop_oneof![3 => open, 1 => name.prop_map(|name| format!("</{name}>"))]
}

/// Pieces of a page in any order.
pub(crate) fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        5 => tag().prop_map(String::into_bytes),
        3 => text().prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..8),
        // Openings that let the rest be read as something else than markup.
        1 => select(&["<script>", "<style>", "<svg><style>", "<svg><script>", "<a style=\"", "<a onclick='"][..])
            .prop_map(|text| text.as_bytes().to_vec()),
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Soups, whole games with a soup in their middle, and bytes without any sense.
pub(crate) fn anything() -> impl Strategy<Value = Vec<u8>> {
    let inside = |before: &'static str, after: &'static str| {
        soup().prop_map(move |soup| [before.as_bytes(), &soup, after.as_bytes()].concat())
    };
    prop_oneof![
        6 => soup(),
        2 => inside("<!doctype html><html><head>", "</head><body><canvas></canvas></body></html>"),
        2 => inside("<!doctype html><html><head></head><body>", "</body></html>"),
        1 => inside("\u{feff}<!DOCTYPE html>\r\n<head><script>", "</script></head>"),
        1 => vec(any::<u8>(), 0..600),
    ]
}
