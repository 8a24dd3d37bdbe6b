//! Every way in which a page can fetch an address, and every way in which that can be written.

use super::soup::mixed_case;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// How an address is embedded in what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The value is the address.
    Plain,
    /// The address is one of several.
    Srcset,
    /// CSS declarations.
    Declarations,
    /// One CSS value.
    CssValue,
    /// JavaScript.
    Script,
    /// Addresses between white space.
    List,
}

/// A tag with a place for an address: what stands before the tag, its name, its other attributes, the attribute.
type Place = (&'static str, &'static str, &'static str, &'static str, Form);

const PLACES: &[Place] = &[
    ("", "img", "", "src", Form::Plain),
    ("", "img", "alt=x", "srcset", Form::Srcset),
    ("", "picture><source", "", "srcset", Form::Srcset),
    ("", "img", "", "style", Form::Declarations),
    ("", "img", "", "onerror", Form::Script),
    ("", "script", "", "src", Form::Plain),
    ("", "script", "type=module", "src", Form::Plain),
    ("", "link", "rel=stylesheet", "href", Form::Plain),
    ("", "link", "rel='shortcut icon'", "href", Form::Plain),
    ("", "link", "rel=preload as=image", "imagesrcset", Form::Srcset),
    ("", "a", "", "href", Form::Plain),
    ("", "a", "href='#'", "ping", Form::List),
    ("", "map><area", "", "href", Form::Plain),
    ("", "base", "", "href", Form::Plain),
    ("", "iframe", "", "src", Form::Plain),
    ("", "embed", "", "src", Form::Plain),
    ("", "object", "", "data", Form::Plain),
    ("", "video", "", "src", Form::Plain),
    ("", "video", "", "poster", Form::Plain),
    ("", "audio", "controls", "src", Form::Plain),
    ("", "audio><source", "", "src", Form::Plain),
    ("", "video><track", "", "src", Form::Plain),
    ("", "form", "", "action", Form::Plain),
    ("", "button", "", "formaction", Form::Plain),
    ("", "input", "type=image", "src", Form::Plain),
    ("", "table", "", "background", Form::Plain),
    ("", "b", "", "style", Form::Declarations),
    ("", "b", "tabindex=0", "onfocus", Form::Script),
    ("", "b", "", "onwebkitanimationiteration", Form::Script),
    ("", "b", "", "oncontentvisibilityautostatechange", Form::Script),
    ("<svg>", "image", "", "href", Form::Plain),
    ("<svg>", "image", "", "xlink:href", Form::Plain),
    ("<svg>", "use", "", "href", Form::Plain),
    ("<svg>", "a", "", "xlink:href", Form::Plain),
    ("<svg>", "feImage", "", "href", Form::Plain),
    ("<svg>", "script", "", "href", Form::Plain),
    ("<svg>", "path", "", "fill", Form::CssValue),
    ("<svg>", "g", "", "mask", Form::CssValue),
    ("<svg>", "g", "", "style", Form::Declarations),
    ("<svg><a>", "set", "attributeName=href", "to", Form::Plain),
    ("<svg><a>", "animate", "attributeName='xlink:href'", "from", Form::Plain),
];

/// A whole element with the address in its text.
const ELEMENTS: &[(&str, &str, Form)] = &[
    ("<style>", "</style>", Form::Declarations),
    ("<style>b{}\n@media all {", "}</style>", Form::Declarations),
    ("<script>", "</script>", Form::Script),
    ("<script type=module>let a = 1 / 2;", "\n</script>", Form::Script),
    ("<SCRIPT TYPE='text/javascript'>/* x */", "</SCRIPT >", Form::Script),
];

const DECLARATIONS: &[&str] = &[
    "b{background:URL}",
    "b{background:#fff URL no-repeat}",
    "@font-face{font-family:x;src:local('x'),URL format('woff2')}",
    "b{background-image:image-set(URL 1x, url(#b) 2x)}",
    "b{cursor:URL,auto",
    "b::after{content:'}';border-image:URL",
];

const SCRIPTS: &[&str] = &[
    "fetch(URL)",
    "fetch(URL, {method: 'POST'}).then(() => {})",
    "window.fetch( /* it */ URL)",
    "import(URL)",
    "importScripts('data:,x', URL)",
    "new Worker(URL)",
    "new WebSocket(URL)",
    "new EventSource(URL)",
    "new Audio(URL).play()",
    "navigator.sendBeacon(URL, 1)",
    "x.open('GET', URL)",
    "new Image().src = URL",
    "el.src\n=\nURL",
    "el['src'] = URL",
    "el.setAttribute('href', URL)",
    "location = URL",
    "location.href = URL",
    "location.replace(URL)",
    "window.open(URL)",
    "const re = /[\"']/; el.src = URL",
    "const t = `a ${b} c`; fetch(URL)",
    "// it's\nfetch(URL)",
];

/// An address, and whether it leaves the game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leads {
    /// To another machine.
    Away,
    /// To another address of the host.
    ToTheHost,
    /// Nowhere: the bytes are in the file.
    Nowhere,
}

fn address(leads: Leads, form: Form) -> BoxedStrategy<String> {
    let host = "[a-z]{1,5}(\\.[a-z]{2,3})?(:8000)?(/[a-z0-9]{0,4}(\\.png)?)?";
    match leads {
        Leads::Away => {
            // What a script or markup may hold as text must be beyond doubt; elsewhere every scheme leads away.
            let schemes = match form {
                Form::Script => &["http://", "https://", "ws://", "wss://", "//", "ftp://"][..],
                _ => {
                    &["http://", "https:", "wss://", "//", "\\\\", "/\\", "ftp:/", "mailto:", "file:///", "x-y+z.1:"][..]
                }
            };
            (select(schemes).prop_flat_map(mixed_case), host).prop_map(|(scheme, rest)| scheme + &rest).boxed()
        }
        Leads::ToTheHost => {
            // A string of a script must look like a file.
            let files = &["x.png", "/x.png", "../x.js", "/api/session"];
            let all = &["x.png", "/x.png", "../x.js", "/api/session", "./a:b", "?q", "public/maribro-sdk.js"];
            let addresses = if form == Form::Script { &files[..] } else { &all[..] };
            select(addresses).prop_map(str::to_owned).boxed()
        }
        Leads::Nowhere => {
            let all = &["data:image/png;base64,AA==", "#top", "DATA:text/css,b", "blob:null/1-2", "data:,"];
            // In a list of candidates a comma at the end is no part of the address.
            let addresses = if form == Form::Srcset { &all[..4] } else { &all[..] };
            select(addresses).prop_map(str::to_owned).boxed()
        }
    }
}

/// Bits out of which the spelling of one place is decided, one after the other.
#[derive(Debug, Clone)]
struct Whims(Vec<u8>, usize);

impl Whims {
    /// A number below `options`; the plainest spelling is 0 and the most frequent.
    fn pick(&mut self, options: usize) -> usize {
        let byte = usize::from(self.0[self.1 % self.0.len()]);
        self.1 += 1;
        if byte % 3 == 0 { byte / 3 % options } else { 0 }
    }

    fn one_of(&mut self, options: &[&'static str]) -> &'static str {
        options[self.pick(options.len())]
    }
}

fn whims() -> impl Strategy<Value = Whims> {
    vec(any::<u8>(), 64).prop_map(|bytes| Whims(bytes, 0))
}

/// What URL parsers pass over.
fn with_passed_over(url: &str, whims: &mut Whims) -> String {
    let mut out = String::from(whims.one_of(&["", " ", "\n", "\u{1}", "\t \r"]));
    for c in url.chars() {
        out.push(c);
        out.push_str(whims.one_of(&["", "", "", "\t", "", "", "\n", "", "", "\r"]));
    }
    out + whims.one_of(&["", " ", "\n "])
}

fn css_escaped(text: &str, whims: &mut Whims) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match whims.pick(12) {
            1 => out.push_str(&format!("\\{:x} ", u32::from(c))),
            2 => out.push_str(&format!("\\{:06X}", u32::from(c))),
            3 if !c.is_ascii_hexdigit() => out.extend(['\\', c]),
            4 => out.push_str(&format!("\\{:X}\r\n", u32::from(c))),
            // In CSS a backslash is an escape by itself.
            _ if c == '\\' => out.push_str("\\\\"),
            _ => out.push(c),
        }
    }
    out
}

fn css_url(url: &str, whims: &mut Whims) -> String {
    let name = css_escaped(whims.one_of(&["url", "URL", "uRl"]), whims);
    let url = css_escaped(url, whims);
    let blank = whims.one_of(&["", " ", "\n", "\t "]);
    // A string goes on behind a line break that is escaped.
    let joint = whims.one_of(&["", "\\\n", "\\\r\n", "\\\u{c}", "\\9\r\n"]);
    match whims.pick(3) {
        0 => format!("{name}({blank}\"{joint}{url}\"{blank})"),
        1 => format!("{name}({blank}'{joint}{url}')"),
        _ => format!("{name}({blank}{url}{blank})"),
    }
}

fn embedded(form: Form, url: &str, in_sheet: bool, whims: &mut Whims) -> String {
    match form {
        Form::Plain => with_passed_over(url, whims),
        Form::List => format!("{}{url}", whims.one_of(&["", "#a ", "\ndata:,x\t"])),
        Form::Srcset => {
            let before = whims.one_of(&["", "data:image/png;base64,AA== 1x, ", ", \n", "#a 1x (a,b),"]);
            format!("{before}{url}{}", whims.one_of(&["", " 2x", ",", " 100w, #b 2x", "\n"]))
        }
        Form::CssValue => css_url(url, whims),
        Form::Declarations => {
            let url = match whims.pick(6) {
                1 if in_sheet => {
                    let blank = whims.one_of(&[" ", "", "/**/", "\n"]);
                    let name = css_escaped("import", whims);
                    return format!("@{name}{blank}\"{}\";", css_escaped(url, whims));
                }
                2 if in_sheet => return format!("@IMPORT {} screen;", css_url(url, whims)),
                3 => format!("image-set(/**/'{}' 1x)", css_escaped(url, whims)),
                _ => css_url(url, whims),
            };
            let rule = DECLARATIONS[whims.pick(DECLARATIONS.len())];
            let rule = if in_sheet { rule } else { &rule[rule.find('{').map_or(0, |brace| brace + 1)..] };
            rule.trim_end_matches('}').replace("URL", &url) + if in_sheet { "}" } else { "" }
        }
        Form::Script => {
            let quote = whims.one_of(&["'", "\"", "`"]);
            let script = SCRIPTS[whims.pick(3 * SCRIPTS.len()) % SCRIPTS.len()];
            script.replace("URL", &format!("{quote}{url}{quote}"))
        }
    }
}

/// A value as an attribute of this quoting, with some of its characters as references.
fn encoded(value: &str, quote: &str, whims: &mut Whims) -> String {
    let mut out = String::new();
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        let must = match quote {
            "" => c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '=' | '`') || c.is_control(),
            quote => quote.contains(c),
        } || c == '&';
        let next_is_plain = rest.peek().is_some_and(|next| !next.is_ascii_alphanumeric() && *next != ';');
        let semicolon = if next_is_plain && whims.pick(4) == 1 { "" } else { ";" };
        let named = match c {
            ':' => Some("&colon;"),
            '/' => Some("&sol;"),
            '\t' => Some("&Tab;"),
            '\n' => Some("&NewLine;"),
            '(' => Some("&lpar;"),
            '.' => Some("&period;"),
            '\\' => Some("&bsol;"),
            _ => None,
        };
        match (whims.pick(12), named) {
            (1, _) => out.push_str(&format!("&#{}{semicolon}", u32::from(c))),
            (2, _) => out.push_str(&format!("&#x{:x}{semicolon}", u32::from(c))),
            (3, _) => out.push_str(&format!("&#X000{:X}{semicolon}", u32::from(c))),
            (4, Some(name)) => out.push_str(name),
            // HTML makes a line feed of a carriage return that is no reference.
            _ if must || c == '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            _ => out.push(c),
        }
    }
    // The end of the tag would be read as part of the value, or the value be no value at all.
    if quote.is_empty() && (out.is_empty() || out.ends_with('/')) { out + "&#32;" } else { out }
}

fn attribute_place(place: Place, url: &str, whims: &mut Whims) -> String {
    let (before, tag, others, name, form) = place;
    let value = embedded(form, url, false, whims);
    let quote = whims.one_of(&["\"", "'", ""]);
    let value = encoded(&value, quote, whims);
    let gap = whims.one_of(&[" ", "\n", "\t", " / ", "\u{c}", " x=1 ", "  y='>' "]);
    let equals = whims.one_of(&["=", " = ", "\n=", "=\t"]);
    let end = whims.one_of(&["", " z", " / ", "\n"]);
    // A later attribute of the same name does not count.
    let again = if whims.pick(4) == 1 { format!(" {name}='#'") } else { String::new() };
    let (tag, name) =
        if whims.pick(3) == 1 { (tag.to_uppercase(), name.to_uppercase()) } else { (tag.into(), name.into()) };
    let others = if others.is_empty() { String::new() } else { format!(" {others}") };
    let open = tag.split_once('>').map_or(String::new(), |(outer, _)| format!("<{outer}>")).replace("<<", "<");
    let inner = tag.split_once("><").map_or(tag.as_str(), |(_, inner)| inner);
    let close = if matches!(inner.to_ascii_lowercase().as_str(), "script" | "iframe") {
        format!("</{inner}>")
    } else {
        String::new()
    };
    format!("{before}{open}<{inner}{others}{gap}{name}{equals}{quote}{value}{quote}{again}{end}>{close}")
}

/// Something that fetches an address of this kind, in any place and spelling.
pub(crate) fn fetch(leads: Leads) -> impl Strategy<Value = String> {
    let in_tag = select(PLACES)
        .prop_flat_map(move |place| (Just(place), address(leads, place.4), whims()))
        .prop_map(|(place, url, mut whims)| attribute_place(place, &url, &mut whims));
    let in_text =
        select(ELEMENTS).prop_flat_map(move |element| (Just(element), address(leads, element.2), whims())).prop_map(
            |((open, close, form), url, mut whims)| format!("{open}{}{close}", embedded(form, &url, true, &mut whims)),
        );
    // A document within an attribute, and another within that.
    let any_place = prop_oneof![3 => in_tag, 1 => in_text].boxed();
    (any_place, 0_usize..6, whims()).prop_map(|(mut html, depth, mut whims)| {
        for _ in 0..depth.saturating_sub(3) {
            let quote = whims.one_of(&["\"", "'"]);
            html = format!("<iframe srcdoc={quote}<p>{}{quote}></iframe>", encoded(&html, quote, &mut whims));
        }
        html
    })
}

/// Something that leaves the page by itself.
pub(crate) fn refresh() -> impl Strategy<Value = String> {
    (address(Leads::Away, Form::Plain), whims()).prop_map(|(url, mut whims)| {
        let quote = whims.one_of(&["\"", "'", ""]);
        let word = encoded(whims.one_of(&["refresh", "REFRESH", " refresh\n"]), quote, &mut whims);
        format!("<META http-equiv={quote}{word}{quote} content=\"0;url={url}\">")
    })
}
