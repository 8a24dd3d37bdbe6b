//! One walk over a game's HTML with lol_html, collecting what the checks ask about.
//!
//! While tags go by, attributes are judged at once; bodies of `<script>` and `<style>` are remembered as
//! ranges of the file and read afterwards. Layers against hostile input: the size limit (checks.rs), the
//! parser's memory limit and strictness ([`crate::html`]), a depth limit for `srcdoc` in `srcdoc`, and a
//! limit on remembered findings. Each byte is looked at a bounded number of times.

use super::css;
use super::script::{self, ScriptFacts};
use super::url::{self, Target};
use crate::html::{self, RawAttribute};
use crate::metadata::Head;
use lol_html::html_content::Element;
use lol_html::{HtmlRewriter, doctype, element};
use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

/// Documents within documents that are looked into; a deeper one is refused.
const MAX_SRCDOC_DEPTH: usize = 3;
/// Findings that are kept for the message; more are only counted.
const MAX_FINDINGS: usize = 50;
/// Longest attribute name that means anything; `oncontentvisibilityautostatechange` has 34 bytes.
const MAX_NAME_BYTES: usize = 48;
/// Characters of a URL or a tag's name that a message shows.
const SHOWN_CHARS: usize = 80;

/// Elements in which browsers take markup for text.
const HAS_TEXT_BODY: [&str; 10] =
    ["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes", "noscript", "plaintext"];

/// Why an address may not be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offence {
    /// It leads to another machine.
    Away,
    /// It leads to another address on the server.
    Relative,
    /// `javascript:`.
    JavaScript,
    /// The SDK's address somewhere else than in `<script src>`.
    MisplacedSdk,
    /// `<meta http-equiv=refresh>`.
    Refresh,
    /// Documents nested too deep to look into.
    TooDeep,
}

/// An address that would be fetched.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// Offset in the file.
    pub(super) offset: usize,
    /// The address, clipped.
    pub(super) url: String,
    /// Where it stands, e.g. `<img src>`.
    pub(super) place: String,
    /// What is wrong with it.
    pub(super) offence: Offence,
}

/// The script tag of the SDK.
#[derive(Debug, Clone)]
pub(super) struct SdkTag {
    /// Offset of the tag in the file.
    pub(super) offset: usize,
    /// Whether no script comes before it.
    pub(super) is_first: bool,
    /// An attribute that makes it run late, or not at all in a frame without an origin.
    pub(super) hindered_by: Option<&'static str>,
}

/// Everything that the checks ask about.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) has_doctype: bool,
    pub(super) has_html: bool,
    pub(super) has_head: bool,
    pub(super) has_body: bool,
    /// A canvas or another element that can be seen.
    pub(super) has_content: bool,
    pub(super) sdk: Option<SdkTag>,
    /// A script tag that looks as if it were meant to load the SDK.
    pub(super) sdk_lookalike: Option<usize>,
    pub(super) scripts: ScriptFacts,
    pub(super) findings: Vec<Finding>,
    /// All findings, remembered or not.
    pub(super) finding_count: usize,
    pub(super) head: Head,
    /// Why the parser gave up.
    pub(super) broken: Option<String>,
}

/// Language of an element's body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    Css,
    Script,
    Json,
}

/// The body of a `<script>` or `<style>`.
struct Body {
    language: Language,
    start: usize,
    /// Set when its end tag is seen.
    end: Rc<Cell<Option<usize>>>,
    /// In SVG the body is markup, so character references count.
    is_foreign: bool,
}

struct Walk<'a> {
    bytes: &'a [u8],
    page: Page,
    bodies: Vec<Body>,
    script_count: usize,
    template_depth: Rc<Cell<usize>>,
    depth: usize,
    /// Offset that stands for all of this document, when it is not the file itself.
    base: Option<usize>,
    /// What browsers read otherwise.
    misread: Option<String>,
}

/// Walks over a whole file.
pub(super) fn walk(bytes: &[u8]) -> Page {
    walk_document(bytes, 0, None)
}

fn walk_document(bytes: &[u8], depth: usize, base: Option<usize>) -> Page {
    let mut walk = Walk {
        bytes,
        page: Page::default(),
        bodies: Vec::new(),
        script_count: 0,
        template_depth: Rc::default(),
        depth,
        base,
        misread: None,
    };
    let has_doctype = Cell::new(false);
    let settings = html::settings(true)
        .append_document_content_handler(doctype!(|doctype| {
            has_doctype.set(has_doctype.get() || doctype.name().is_some_and(|name| name.eq_ignore_ascii_case("html")));
            Ok(())
        }))
        .append_element_content_handler(element!("*", |el| {
            walk.visit(el);
            Ok(())
        }));
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    let result = rewriter.write(bytes).and_then(|()| rewriter.end());
    walk.page.has_doctype = has_doctype.get();
    walk.read_bodies();
    walk.page.broken = result.err().map(|error| error.to_string()).or(walk.misread.take());
    walk.page.findings.sort_by_key(|finding| finding.offset);
    walk.page
}

impl<'a> Walk<'a> {
    fn add(&mut self, offset: usize, url: &[u8], place: impl FnOnce() -> String, offence: Offence) {
        self.page.finding_count += 1;
        if self.page.findings.len() < MAX_FINDINGS {
            let offset = self.base.unwrap_or(offset);
            self.page.findings.push(Finding { offset, url: shown(url), place: place(), offence });
        }
    }

    /// Judges an address that is decoded already.
    fn judge(&mut self, offset: usize, url: &[u8], is_sdk_place: bool, place: impl FnOnce() -> String) {
        let offence = match url::classify(url) {
            Target::Inline => return,
            Target::Sdk if is_sdk_place => return,
            Target::Sdk => Offence::MisplacedSdk,
            Target::JavaScript => Offence::JavaScript,
            Target::Away => Offence::Away,
            Target::Relative => Offence::Relative,
        };
        self.add(offset, url, place, offence);
    }

    fn visit(&mut self, element: &mut Element<'_, '_>) {
        let range = element.source_location().bytes();
        self.close_body(range.start);
        self.page.head.visit(self.bytes, element, false);
        let tag = element.tag_name();
        let is_foreign = html::is_foreign(element);
        let attributes = html::attributes(self.bytes, element);
        // SECURITY: behind `<script a=>` lol_html 3 reads markup where browsers read text, so that a comment which begins
        // there hides what comes after `</script>`.
        if html::lacks_last_value(&self.bytes[range.clone()]) && HAS_TEXT_BODY.contains(&tag.as_str()) {
            self.misread.get_or_insert_with(|| format!("a <{tag}> tag ends in = without a value"));
        }
        match tag.as_str() {
            "html" => self.page.has_html = true,
            "head" => self.page.has_head = true,
            "body" => self.page.has_body = true,
            "script" => self.visit_script(element, &attributes, range.start, range.end, is_foreign),
            "style" => self.open_body(element, Language::Css, range.end, is_foreign),
            "template" => self.enter_template(element),
            "meta" => self.visit_meta(&attributes, range.start),
            "title" | "base" | "link" | "noscript" | "br" | "wbr" | "source" | "track" | "param" => {}
            _ if self.template_depth.get() == 0 => self.page.has_content = true,
            _ => {}
        }
        let mut seen = Vec::new();
        for attribute in &attributes {
            self.visit_attribute(&tag, attribute, &mut seen, &attributes, is_foreign);
        }
    }

    fn enter_template(&mut self, element: &mut Element<'_, '_>) {
        if let Some(handlers) = element.end_tag_handlers() {
            self.template_depth.set(self.template_depth.get() + 1);
            let depth = Rc::clone(&self.template_depth);
            handlers.push(Box::new(move |_| {
                depth.set(depth.get().saturating_sub(1));
                Ok(())
            }));
        }
    }

    fn visit_script(
        &mut self,
        element: &mut Element<'_, '_>,
        attributes: &[RawAttribute<'a>],
        start: usize,
        end: usize,
        is_foreign: bool,
    ) {
        let script_type =
            html::find(attributes, "type").map(|attribute| attribute.decoded().trim_ascii().to_ascii_lowercase());
        let language = match script_type.as_deref() {
            None => Some(Language::Script),
            Some(name) if is_javascript(name) => Some(Language::Script),
            Some(b"importmap" | b"speculationrules") => Some(Language::Json),
            Some(_) => None,
        };
        let source = html::find(attributes, "src").map(RawAttribute::decoded);
        if language == Some(Language::Script) && !is_foreign && self.template_depth.get() == 0 {
            if let Some(source) = &source {
                let is_module = script_type.as_deref() == Some(b"module");
                let runs = is_module || html::find(attributes, "nomodule").is_none();
                if url::classify(source) == Target::Sdk && runs && self.page.sdk.is_none() {
                    let hindered_by = match () {
                        () if is_module => Some("type=\"module\""),
                        () if html::find(attributes, "async").is_some() => Some("async"),
                        () if html::find(attributes, "defer").is_some() => Some("defer"),
                        () if html::find(attributes, "crossorigin").is_some() => Some("crossorigin"),
                        () if html::find(attributes, "integrity").is_some() => Some("integrity"),
                        () => None,
                    };
                    self.page.sdk = Some(SdkTag { offset: start, is_first: self.script_count == 0, hindered_by });
                }
            }
            self.script_count += 1;
        }
        if let Some(source) = &source {
            let names_sdk = memchr::memmem::find(&source[..source.len().min(2048)], b"maribro-sdk").is_some();
            if names_sdk && self.page.sdk_lookalike.is_none() {
                self.page.sdk_lookalike = Some(start);
            }
        }
        // A script with `src` does not run its body; in SVG, `src` means nothing.
        if let Some(language) = language.filter(|_| source.is_none() || is_foreign) {
            self.open_body(element, language, end, is_foreign);
        }
    }

    fn open_body(&mut self, element: &mut Element<'_, '_>, language: Language, start: usize, is_foreign: bool) {
        let end = Rc::new(Cell::new(None));
        if let Some(handlers) = element.end_tag_handlers() {
            let end_of_body = Rc::clone(&end);
            handlers.push(Box::new(move |tag| {
                if end_of_body.get().is_none() {
                    end_of_body.set(Some(tag.source_location().bytes().start));
                }
                Ok(())
            }));
            self.bodies.push(Body { language, start, end, is_foreign });
        }
    }

    /// An element within a body (possible in SVG only) ends it: otherwise a thousand scripts that are
    /// never closed would be read a thousand times.
    fn close_body(&mut self, at: usize) {
        if let Some(body) = self.bodies.last().filter(|body| body.end.get().is_none()) {
            body.end.set(Some(at));
            self.markup_in_text();
        }
    }

    /// Browsers join the pieces of text around it, so that a word can be in two of them.
    fn markup_in_text(&mut self) {
        self.misread.get_or_insert_with(|| "a <style> or <script> within <svg> has markup in it".to_owned());
    }

    fn visit_meta(&mut self, attributes: &[RawAttribute<'a>], start: usize) {
        let is_refresh = html::find(attributes, "http-equiv").is_some_and(|attribute| attribute.is_word("refresh"));
        if is_refresh {
            let content = html::find(attributes, "content").map(RawAttribute::decoded).unwrap_or_default();
            self.add(start, &content, || "<meta http-equiv=\"refresh\">".to_owned(), Offence::Refresh);
        }
    }

    fn visit_attribute(
        &mut self,
        tag: &str,
        attribute: &RawAttribute<'a>,
        seen: &mut Vec<Vec<u8>>,
        all: &[RawAttribute<'a>],
        is_foreign: bool,
    ) {
        let mut name = [0_u8; MAX_NAME_BYTES];
        let Some(name) = name.get_mut(..attribute.name.len()) else { return };
        name.copy_from_slice(attribute.name);
        name.make_ascii_lowercase();
        let name = &*name;
        let Some(role) = role(tag, name, is_foreign) else { return };
        // Browsers ignore a second attribute of the same name. Handlers are read as often as they occur:
        // their names have no end, and searching a list of them would take quadratic time.
        if role != Role::Script {
            if seen.iter().any(|other| other == name) {
                return;
            }
            seen.push(name.to_vec());
        }
        let offset = attribute.offset;
        let place = || format!("<{} {}>", shown(tag.as_bytes()), shown(name));
        match role {
            Role::Url => {
                if tag == "link" && name == b"href" && !link_fetches(all) {
                    return;
                }
                if url::is_plain_data(attribute.value) {
                    return;
                }
                let is_sdk_place = tag == "script" && name == b"src";
                self.judge(offset, &attribute.decoded(), is_sdk_place, place);
            }
            Role::UrlList => {
                let decoded = attribute.decoded();
                for url in decoded.split(u8::is_ascii_whitespace) {
                    self.judge(offset, url, false, place);
                }
            }
            Role::Srcset => url::srcset_candidates(&attribute.decoded(), |url| self.judge(offset, url, false, place)),
            Role::Css => {
                let decoded = attribute.decoded();
                css::urls(&decoded, |hit| self.judge(offset, &hit.url, false, place));
            }
            Role::Script => {
                let decoded = attribute.decoded();
                self.read_script(&decoded, |_| offset);
            }
            Role::Document => self.visit_srcdoc(&attribute.decoded(), offset),
            Role::Animation => {
                let target = html::find(all, "attributename").map(RawAttribute::decoded).unwrap_or_default();
                if target.eq_ignore_ascii_case(b"href") || target.eq_ignore_ascii_case(b"xlink:href") {
                    let decoded = attribute.decoded();
                    // Only `values` is a list; elsewhere a semicolon is part of the address.
                    for url in decoded.split(|b| *b == b';' && name == b"values") {
                        self.judge(offset, url, false, place);
                    }
                }
            }
        }
    }

    fn visit_srcdoc(&mut self, html: &[u8], offset: usize) {
        if self.depth == MAX_SRCDOC_DEPTH {
            self.add(offset, b"", || "<iframe srcdoc>".to_owned(), Offence::TooDeep);
            return;
        }
        let inner = walk_document(html, self.depth + 1, Some(self.base.unwrap_or(offset)));
        self.page.finding_count += inner.finding_count;
        let room = MAX_FINDINGS - self.page.findings.len();
        self.page.findings.extend(inner.findings.into_iter().take(room));
        if inner.broken.is_some() && self.page.broken.is_none() {
            self.page.broken = inner.broken;
        }
        self.page.has_content |= inner.has_content;
    }

    fn read_bodies(&mut self) {
        for body in std::mem::take(&mut self.bodies) {
            let end = body.end.get().unwrap_or(self.bytes.len());
            let Some(text) = self.bytes.get(body.start..end) else { continue };
            let decoded = if body.is_foreign { html::foreign_text(text) } else { Some(Cow::Borrowed(text)) };
            let Some(decoded) = decoded else {
                self.markup_in_text();
                continue;
            };
            // Offsets in decoded text would be off: the body's start stands for all of them.
            let is_same = matches!(decoded, Cow::Borrowed(_));
            let locate = |offset: usize| if is_same { body.start + offset } else { body.start };
            match body.language {
                Language::Css => css::urls(&decoded, |hit| {
                    self.judge(locate(hit.offset), &hit.url, false, || format!("CSS {}", hit.place))
                }),
                Language::Script => self.read_script(&decoded, locate),
                Language::Json => script::json_urls(&decoded, |hit| {
                    self.judge(locate(hit.offset), hit.url, false, || hit.place.to_owned())
                }),
            }
        }
    }

    fn read_script(&mut self, source: &[u8], locate: impl Fn(usize) -> usize) {
        let mut facts = std::mem::take(&mut self.page.scripts);
        facts.read(source, |hit| {
            self.judge(locate(hit.offset), hit.url, false, || format!("{} in a script", hit.place))
        });
        self.page.scripts = facts;
    }
}

/// What an attribute's value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Url,
    UrlList,
    Srcset,
    Css,
    Script,
    Document,
    Animation,
}

/// The role of an attribute; `name` is in lower case. `None`: nothing is fetched because of it.
fn role(tag: &str, name: &[u8], is_foreign: bool) -> Option<Role> {
    match name {
        b"src" | b"href" | b"xlink:href" | b"poster" | b"formaction" | b"background" | b"dynsrc" | b"lowsrc" => {
            Some(Role::Url)
        }
        b"action" if tag == "form" => Some(Role::Url),
        b"data" if tag == "object" => Some(Role::Url),
        b"manifest" if tag == "html" => Some(Role::Url),
        b"codebase" | b"code" | b"archive" | b"classid" if matches!(tag, "object" | "applet") => Some(Role::Url),
        b"ping" | b"attributionsrc" => Some(Role::UrlList),
        b"srcset" | b"imagesrcset" => Some(Role::Srcset),
        b"style" => Some(Role::Css),
        b"srcdoc" if tag == "iframe" => Some(Role::Document),
        b"fill" | b"stroke" | b"filter" | b"mask" | b"clip-path" | b"cursor" | b"marker" | b"marker-start"
        | b"marker-mid" | b"marker-end" | b"mask-image"
            if is_foreign =>
        {
            Some(Role::Css)
        }
        b"to" | b"from" | b"by" | b"values" if is_foreign => Some(Role::Animation),
        [b'o', b'n', _, ..] => Some(Role::Script),
        _ => None,
    }
}

/// Whether a `<link>` of this `rel` fetches its `href`.
fn link_fetches(attributes: &[RawAttribute<'_>]) -> bool {
    let Some(rel) = html::find(attributes, "rel") else { return false };
    let rel = rel.decoded();
    let names_only =
        ["canonical", "license", "author", "help", "me", "bookmark", "tag", "search", "alternate", "shortlink"];
    rel.split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
        .any(|word| !names_only.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes())))
}

fn is_javascript(name: &[u8]) -> bool {
    let essence = name.split(|b| *b == b';').next().unwrap_or_default().trim_ascii_end();
    matches!(
        essence,
        b"" | b"module"
            | b"text/javascript"
            | b"application/javascript"
            | b"text/ecmascript"
            | b"application/ecmascript"
            | b"application/x-javascript"
            | b"text/x-javascript"
            | b"text/jscript"
            | b"text/livescript"
    )
}

/// A URL or a name as a message can show it: neither is any shorter or cleaner than the file.
fn shown(url: &[u8]) -> String {
    let head = &url[..url.len().min(SHOWN_CHARS * 4)];
    let text = String::from_utf8_lossy(head);
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(SHOWN_CHARS).collect();
    if shown.len() < url.len() && shown.chars().count() == SHOWN_CHARS {
        shown.push('…');
    }
    shown
}
