//! What a game's scripts do, as far as their text tells: what they fetch, whether they report scores,
//! draw, and know the seats.
//!
//! Each rule looks at a word, string or number and the few tokens before it. A fetch is reported only
//! where the code surely does it; for the other questions doubt speaks for the game, since a browser asks
//! them again (`runtime_*` checks) and the page's policy blocks what slips through here.

use super::css;
use super::lexer::{Kind, Lexer, Token};
use super::url::{self, Target};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Tokens that rules may look back on: `[0, 1, 2, 3` is the longest.
const LOOK_BACK: usize = 8;
/// Bytes of an address in markup in a string that are looked at.
const MAX_MARKUP_URL_BYTES: usize = 160;

/// A URL that a script fetches.
pub(super) struct ScriptUrl<'a> {
    /// Offset within the script.
    pub(super) offset: usize,
    /// The URL as written.
    pub(super) url: &'a [u8],
    /// What fetches it, e.g. `fetch()`.
    pub(super) place: &'static str,
}

/// What all scripts of a game have in common.
#[derive(Debug, Clone, Default)]
pub(super) struct ScriptFacts {
    /// `Maribro` is mentioned.
    maribro: bool,
    /// `endGame` or `showResults` is used as a member of something that may be `Maribro`.
    report_member: bool,
    /// `endGame` or `showResults` is named in a pattern or object.
    report_name: bool,
    /// A pattern is assigned from `Maribro`.
    maribro_pattern: bool,
    /// The string `maribro:game_end` occurs.
    report_message: bool,
    /// The seats are asked for by name or counted to four.
    pub(super) seats: bool,
    /// Which of the seats 0 to 3 are read one by one, as bits.
    seats_read: u8,
    /// Something that can be seen is made or drawn.
    pub(super) renders: bool,
}

impl ScriptFacts {
    /// Whether scores are reported through the SDK or by message.
    pub(super) fn reports_scores(&self) -> bool {
        self.report_message || (self.maribro && self.report_member) || (self.maribro_pattern && self.report_name)
    }

    /// Whether the script knows of four seats.
    pub(super) fn knows_seats(&self) -> bool {
        self.seats || self.seats_read == 0b1111
    }

    /// Looks through one script.
    pub(super) fn read<'a>(&mut self, source: &'a [u8], found: impl FnMut(ScriptUrl<'a>)) {
        let mut reader = Reader {
            source,
            before: [Token::default(); LOOK_BACK],
            length: 0,
            in_import_scripts: false,
            in_markup: false,
            facts: self,
            found,
        };
        for token in Lexer::new(source) {
            reader.visit(token);
            reader.before[reader.length % LOOK_BACK] = token;
            reader.length += 1;
        }
    }
}

/// Reads the JSON of an import map or of speculation rules, whose addresses are fetched.
pub(super) fn json_urls<'a>(source: &'a [u8], mut found: impl FnMut(ScriptUrl<'a>)) {
    // A string is a key when `:` follows; keys are names, not addresses.
    let mut candidate = None;
    for token in Lexer::new(source) {
        let text = &source[token.start..token.end];
        let is_colon = token.kind == Kind::Sign && text == b":";
        if let Some(hit) = candidate.take().filter(|_| !is_colon) {
            found(hit);
        }
        let is_path = matches!(text.first(), Some(b'/' | b'.'));
        if token.kind == Kind::Text && (is_path || url::is_network(text)) {
            candidate = Some(ScriptUrl { offset: token.start, url: text, place: "an address in JSON" });
        }
    }
    candidate.into_iter().for_each(found);
}

/// Searches that every string of a script goes through, prepared once.
struct Finders {
    game_end: Finder<'static>,
    slashes: Finder<'static>,
    backslashes: Finder<'static>,
    url: Finder<'static>,
    import: Finder<'static>,
}

static FINDERS: LazyLock<Finders> = LazyLock::new(|| Finders {
    game_end: Finder::new("maribro:game_end"),
    slashes: Finder::new("//"),
    backslashes: Finder::new("\\\\"),
    url: Finder::new("url("),
    import: Finder::new("@import"),
});

/// How sure a rule is that a string is fetched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sureness {
    /// Whatever it is, it is fetched.
    Always,
    /// It is a property of that name: fetched when it looks like a file or an address.
    LooksLikeFile,
    /// Only addresses of other machines count.
    Network,
}

struct Reader<'a, 'f, F> {
    source: &'a [u8],
    /// A ring of the tokens before; `length` were put into it.
    before: [Token; LOOK_BACK],
    length: usize,
    in_import_scripts: bool,
    /// Whether strings here become markup.
    in_markup: bool,
    facts: &'f mut ScriptFacts,
    found: F,
}

impl<'a, F: FnMut(ScriptUrl<'a>)> Reader<'a, '_, F> {
    /// The token `back` places before: kind and text.
    fn past(&self, back: usize) -> Option<(Kind, &'a [u8])> {
        let index = self.length.checked_sub(back + 1).filter(|_| back < LOOK_BACK)?;
        let token = self.before[index % LOOK_BACK];
        Some((token.kind, &self.source[token.start..token.end]))
    }

    fn is(&self, back: usize, kind: Kind, text: &[u8]) -> bool {
        self.past(back) == Some((kind, text))
    }

    fn is_sign(&self, back: usize, sign: u8) -> bool {
        self.is(back, Kind::Sign, &[sign])
    }

    fn word(&self, back: usize) -> &'a [u8] {
        match self.past(back) {
            Some((Kind::Word, text)) => text,
            _ => b"",
        }
    }

    fn text(&self, back: usize) -> &'a [u8] {
        match self.past(back) {
            Some((Kind::Text, text)) => text,
            _ => b"",
        }
    }

    fn visit(&mut self, token: Token) {
        let text = &self.source[token.start..token.end];
        match token.kind {
            Kind::Word => self.visit_word(text),
            Kind::Text | Kind::TemplateHead | Kind::TemplateTail => self.visit_text(token, text),
            Kind::Number => self.visit_number(text),
            Kind::Sign => self.visit_sign(text[0]),
            Kind::Regex => {}
        }
    }

    fn visit_sign(&mut self, sign: u8) {
        match sign {
            b'(' => match self.word(0) {
                b"importScripts" => self.in_import_scripts = true,
                b"insertAdjacentHTML"
                | b"write"
                | b"writeln"
                | b"createContextualFragment"
                | b"parseFromString"
                | b"setHTMLUnsafe" => self.in_markup = true,
                _ => {}
            },
            b'=' => {
                let target = if self.is_sign(0, b'+') { self.word(1) } else { self.word(0) };
                self.in_markup |= matches!(target, b"innerHTML" | b"outerHTML" | b"srcdoc");
            }
            b')' => self.in_import_scripts = false,
            b';' | b'}' => self.in_markup = false,
            _ => {}
        }
    }

    fn visit_word(&mut self, word: &[u8]) {
        match word {
            b"Maribro" => {
                self.facts.maribro = true;
                // `{ endGame } = Maribro`, also `= window.Maribro`
                let back = if self.is_sign(0, b'.') && is_global(self.word(1)) { 2 } else { 0 };
                self.facts.maribro_pattern |= self.is_sign(back, b'=') && self.is_sign(back + 1, b'}');
            }
            b"endGame" | b"showResults" => {
                if self.is_sign(0, b'.') {
                    let object = if self.is_sign(1, b'?') { 2 } else { 1 };
                    self.facts.report_member |= self.word(object) != b"this";
                } else {
                    self.facts.report_name |= self.is_sign(0, b'{') || self.is_sign(0, b',');
                }
            }
            b"activeSlots" | b"getActiveSlots" | b"playersBySlot" => self.facts.seats = true,
            b"createElement"
            | b"createElementNS"
            | b"innerHTML"
            | b"outerHTML"
            | b"insertAdjacentHTML"
            | b"insertAdjacentElement"
            | b"append"
            | b"appendChild"
            | b"prepend"
            | b"replaceChildren"
            | b"getContext"
            | b"OffscreenCanvas"
            | b"setHTMLUnsafe"
            | b"textContent"
            | b"innerText" => self.facts.renders = true,
            _ => {}
        }
    }

    fn visit_number(&mut self, number: &[u8]) {
        let is_number = |back, text: &[u8]| self.is(back, Kind::Number, text);
        let seats = match number {
            // [0, 1, 2, 3]
            b"3" if is_number(1, b"2") => {
                is_number(3, b"1") && is_number(5, b"0") && (0..6).step_by(2).all(|back| self.is_sign(back, b','))
            }
            // slot <= 3
            b"3" => self.is_sign(0, b'=') && self.is_sign(1, b'<'),
            // slot < 4, slot !== 4, Array(4), {length: 4}, PLAYERS = 4
            b"4" => {
                self.is_sign(0, b'<')
                    || (self.is_sign(0, b'=')
                        && (self.is_sign(1, b'!') || self.is_sign(2, b'!') || counts_seats(self.word(1))))
                    || (self.is_sign(0, b'(') && self.word(1) == b"Array")
                    || (self.is_sign(0, b':') && (self.word(1) == b"length" || counts_seats(self.word(1))))
            }
            _ => false,
        };
        self.facts.seats |= seats;
        if let [digit @ b'0'..=b'3'] = number
            && self.is_sign(0, b'(')
            && self.word(1) == b"getInput"
        {
            self.facts.seats_read |= 1 << (digit - b'0');
        }
    }

    fn visit_text(&mut self, token: Token, text: &'a [u8]) {
        match text {
            b"endGame" | b"showResults" => self.facts.report_member |= self.is_sign(0, b'['),
            b"activeSlots" | b"getActiveSlots" | b"playersBySlot" => self.facts.seats = true,
            b"Maribro" => self.facts.maribro = true,
            b"maribro:game_end" => self.facts.report_message = true,
            _ => {}
        }
        if url::is_plain_data(text) {
            return;
        }
        // What comes after a `${}` is no whole address.
        let is_whole = token.kind != Kind::TemplateTail && url::classify(text) != Target::Inline;
        if let Some((place, sureness)) = is_whole.then(|| self.fetcher()).flatten() {
            let fetched = match sureness {
                Sureness::Always => true,
                Sureness::LooksLikeFile => url::is_network(text) || looks_like_file(text),
                Sureness::Network => url::is_network(text),
            };
            if fetched {
                (self.found)(ScriptUrl { offset: token.start, url: text, place });
                return;
            }
        }
        self.visit_embedded(token.start, text);
    }

    /// CSS and markup in a string.
    fn visit_embedded(&mut self, start: usize, text: &'a [u8]) {
        let has = |finder: &Finder<'_>| finder.find(text).is_some();
        self.facts.report_message |= has(&FINDERS.game_end);
        if !has(&FINDERS.slashes) && !has(&FINDERS.backslashes) {
            return;
        }
        if has(&FINDERS.url) || has(&FINDERS.import) {
            let found = &mut self.found;
            css::urls(text, |hit| {
                // Quotes may be escaped for the string's sake, so they can be part of what CSS takes for the URL.
                let is_quote = |b: &&u8| matches!(b, b'\\' | b'"' | b'\'');
                let raw = &text[hit.offset..];
                let quotes = raw.iter().take_while(is_quote).count();
                let length =
                    raw[quotes..].iter().take(hit.url.len()).take_while(|b| !matches!(b, b'"' | b'\'')).count();
                let address = hit.url.iter().position(|b| !is_quote(&b)).map_or(&hit.url[..0], |from| &hit.url[from..]);
                // Without quotes a backslash may also begin the address itself.
                if url::is_network(address) || url::is_network(&hit.url) {
                    let url = &raw[quotes..][..length];
                    found(ScriptUrl { offset: start + hit.offset + quotes, url, place: "CSS" });
                }
            });
        }
        if self.in_markup {
            self.visit_markup(start, text);
        }
    }

    /// Attributes that fetch, in markup that may be broken into pieces by `${}`.
    fn visit_markup(&mut self, start: usize, text: &'a [u8]) {
        for equals in memchr::memchr_iter(b'=', text) {
            let is_white = |byte: &&u8| byte.is_ascii_whitespace();
            let before = text[..equals].trim_ascii_end();
            let name_length = before.iter().rev().take(16).take_while(|b| b.is_ascii_alphabetic()).count();
            let name = &before[before.len() - name_length..];
            let fetches =
                [&b"src"[..], b"href", b"srcset", b"poster", b"action", b"data", b"background", b"formaction"];
            if !fetches.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                continue;
            }
            let after = equals + 1 + text[equals + 1..].iter().take(16).take_while(is_white).count();
            let quoted = text[after..].iter().take(2).take_while(|b| matches!(b, b'\\' | b'"' | b'\'')).count();
            let value = after + quoted;
            // Looking no further than an address can begin keeps a script of nothing but `src=` linear.
            let head = &text[value..text.len().min(value + MAX_MARKUP_URL_BYTES)];
            if url::is_network(head) {
                let end = head.iter().position(|b| matches!(b, b'"' | b'\'' | b'>' | b' ')).unwrap_or(head.len());
                (self.found)(ScriptUrl { offset: start + value, url: &head[..end], place: "markup" });
            }
        }
    }

    /// What fetches the string that comes next.
    fn fetcher(&self) -> Option<(&'static str, Sureness)> {
        use Sureness::{Always, LooksLikeFile, Network};
        if self.word(0) == b"import" && !self.is_sign(1, b'.') || self.word(0) == b"from" && !self.is_sign(1, b'.') {
            return Some(("import", Always));
        }
        if self.is_sign(0, b'(') {
            return self.called(1);
        }
        if self.in_import_scripts && self.is_sign(0, b',') {
            return Some(("importScripts()", Always));
        }
        if self.is_sign(0, b',') {
            let is_method = [&b"GET"[..], b"POST", b"PUT", b"HEAD", b"DELETE", b"PATCH", b"OPTIONS"]
                .iter()
                .any(|method| method.eq_ignore_ascii_case(self.text(1)));
            if is_method && self.is_sign(2, b'(') && self.word(3) == b"open" {
                return Some(("XMLHttpRequest", Always));
            }
            let attribute = self.text(1);
            if is_url_property(attribute) && self.is_sign(2, b'(') && self.word(3) == b"setAttribute" {
                return Some(("setAttribute()", LooksLikeFile));
            }
            if is_url_property(attribute) || is_doubtful_property(attribute) {
                return Some(("setAttribute()", Network));
            }
        }
        if self.is_sign(0, b'=') {
            let is_global_location = self.word(1) == b"location" && (!self.is_sign(2, b'.') || is_global(self.word(3)));
            let is_location_href = self.word(1) == b"href" && self.is_sign(2, b'.') && self.word(3) == b"location";
            if is_location_href || is_global_location {
                return Some(("location", LooksLikeFile));
            }
            let is_bracket = self.is_sign(1, b']') && self.is_sign(3, b'[');
            let property = match () {
                () if is_bracket => self.text(2),
                () if self.is_sign(2, b'.') => self.word(1),
                () => b"",
            };
            if is_url_property(property) {
                return Some(("a URL property", LooksLikeFile));
            }
            if is_doubtful_property(property) {
                return Some(("a URL property", Network));
            }
        }
        if self.is_sign(0, b':') && is_url_property(self.word(1)) {
            return Some(("a URL property", Network));
        }
        None
    }

    /// What a call of the word at `back` does with its first argument.
    fn called(&self, back: usize) -> Option<(&'static str, Sureness)> {
        use Sureness::{Always, LooksLikeFile, Network};
        let is_member = self.is_sign(back + 1, b'.');
        let object = self.word(back + 2);
        let is_own = is_member && !is_global(object);
        let is_new = self.word(back + 1) == b"new";
        match self.word(back) {
            b"import" if !is_member => Some(("import()", Always)),
            b"importScripts" if !is_own => Some(("importScripts()", Always)),
            b"fetch" if !is_own && self.word(back + 1) != b"function" => Some(("fetch()", Always)),
            b"Worker" if is_new => Some(("new Worker()", Always)),
            b"SharedWorker" if is_new => Some(("new SharedWorker()", Always)),
            b"WebSocket" if is_new => Some(("new WebSocket()", Always)),
            b"EventSource" if is_new => Some(("new EventSource()", Always)),
            b"Audio" if is_new => Some(("new Audio()", Always)),
            b"Request" if is_new => Some(("new Request()", LooksLikeFile)),
            b"sendBeacon" => Some(("sendBeacon()", Always)),
            b"addModule" => Some(("addModule()", Always)),
            b"register" if object == b"serviceWorker" => Some(("serviceWorker.register()", Always)),
            b"assign" | b"replace" if object == b"location" => Some(("location", Always)),
            b"open" if is_member && is_global(object) => Some(("window.open()", Always)),
            b"open" if !is_member => Some(("open()", Network)),
            b"load" | b"loadAsync" => Some(("load()", Network)),
            _ => None,
        }
    }
}

fn is_global(word: &[u8]) -> bool {
    matches!(word, b"window" | b"self" | b"globalThis" | b"top" | b"parent" | b"document")
}

/// Properties and attributes whose value is fetched or navigated to.
fn is_url_property(name: &[u8]) -> bool {
    matches!(name, b"src" | b"href" | b"srcset" | b"poster")
}

/// Likewise, with names that games use for other things too.
fn is_doubtful_property(name: &[u8]) -> bool {
    matches!(name, b"action" | b"formAction" | b"formaction" | b"data" | b"xlink:href")
}

/// Names like `PLAYERS`, `MAX_SLOTS`, `numSeats`.
fn counts_seats(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    [&b"player"[..], b"slot", b"seat"].iter().any(|part| memchr::memmem::find(&name, part).is_some())
}

/// `hero.png`, `assets/hero`: no white space, and a slash or an extension.
fn looks_like_file(text: &[u8]) -> bool {
    let has_extension = text.iter().rposition(|b| *b == b'.').is_some_and(|dot| {
        let extension = &text[dot + 1..];
        dot > 0 && (2..=5).contains(&extension.len()) && extension.iter().all(u8::is_ascii_alphanumeric)
    });
    !text.iter().any(u8::is_ascii_whitespace) && (has_extension || memchr::memchr(b'/', text).is_some())
}
