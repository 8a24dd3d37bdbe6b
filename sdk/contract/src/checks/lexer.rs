//! Splits JavaScript into words, strings and signs, so that the checks can tell code from comments and
//! from text.
//!
//! Not a parser. It knows comments (`//`, `/* */`, the HTML-like `<!--` and `-->`), strings, templates
//! with nested `${}`, regular expressions and numbers. Whether a `/` divides or begins a regular
//! expression is guessed from the token before it, as most highlighters do; a wrong guess heals at the
//! end of the line. Every byte is looked at a bounded number of times.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    /// Name or keyword.
    #[default]
    Word,
    /// String in quotes; the token's range is what stands between them.
    Text,
    /// First piece of a template, up to its first `${` or its end.
    TemplateHead,
    /// A later piece of a template.
    TemplateTail,
    /// Number.
    Number,
    /// Regular expression.
    Regex,
    /// One byte of an operator or bracket.
    Sign,
}

/// One token; `start..end` are offsets in the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What an open bracket will mean when it closes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `(` after `if`, `while`, `for`, `with`: an expression may follow its `)`.
    Condition,
    /// `(` or `[`.
    Group,
    /// `{`.
    Block,
    /// `${` in a template.
    Substitution,
}

/// An iterator over the tokens of a script.
pub(super) struct Lexer<'a> {
    source: &'a [u8],
    at: usize,
    open: Vec<Open>,
    /// Whether a `/` here begins a regular expression.
    expects_operand: bool,
    /// Whether the last token was one of the words that put a condition in parentheses.
    after_condition_word: bool,
    /// Whether nothing but white space and comments came before on this line.
    line_start: bool,
    /// Up to here no regular expression ends: looking again for each `/` would take quadratic time.
    no_regex_before: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(source: &'a [u8]) -> Self {
        Self {
            source,
            at: 0,
            open: Vec::new(),
            expects_operand: true,
            after_condition_word: false,
            line_start: true,
            no_regex_before: 0,
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.source.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn skip_line(&mut self) {
        self.at = memchr::memchr2(b'\n', b'\r', self.rest()).map_or(self.source.len(), |end| self.at + end);
    }

    /// Skips white space and comments.
    fn skip_blank(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' | b'\r' => {
                    self.line_start = true;
                    self.at += 1;
                }
                b' ' | b'\t' | 0x0b | 0x0c => self.at += 1,
                b'/' if self.peek(1) == Some(b'/') => self.skip_line(),
                b'/' if self.peek(1) == Some(b'*') => {
                    self.at += 2;
                    self.at =
                        memchr::memmem::find(self.rest(), b"*/").map_or(self.source.len(), |end| self.at + end + 2);
                }
                b'<' if self.rest().starts_with(b"<!--") => self.skip_line(),
                b'-' if self.line_start && self.rest().starts_with(b"-->") => self.skip_line(),
                // The UTF-8 forms of the byte order mark, no-break space and line separators.
                0xef if self.rest().starts_with(b"\xef\xbb\xbf") => self.at += 3,
                0xc2 if self.peek(1) == Some(0xa0) => self.at += 2,
                0xe2 if self.rest().starts_with(b"\xe2\x80\xa8") || self.rest().starts_with(b"\xe2\x80\xa9") => {
                    self.at += 3
                }
                _ => return,
            }
        }
    }

    fn token(&mut self, kind: Kind, start: usize, end: usize) -> Token {
        self.expects_operand = false;
        self.after_condition_word = false;
        Token { kind, start, end }
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        let length = self.rest().iter().take_while(|b| is_word_byte(**b)).count();
        self.at += length;
        let word = &self.source[start..self.at];
        let token = self.token(Kind::Word, start, self.at);
        let is_property = start > 0 && self.source[start - 1] == b'.';
        self.expects_operand = !is_property && is_operator_word(word);
        self.after_condition_word = !is_property && matches!(word, b"if" | b"while" | b"for" | b"with");
        token
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        let length = self.rest().iter().take_while(|b| is_word_byte(**b) || **b == b'.').count();
        self.at += length;
        self.token(Kind::Number, start, self.at)
    }

    fn string(&mut self, quote: u8) -> Token {
        let start = self.at + 1;
        let mut at = start;
        loop {
            let Some(offset) = memchr::memchr3(quote, b'\\', b'\n', self.source.get(at..).unwrap_or_default()) else {
                self.at = self.source.len();
                return self.token(Kind::Text, start, self.at);
            };
            at += offset;
            match self.source[at] {
                b'\\' if self.source[at + 1..].starts_with(b"\r\n") => at += 3,
                b'\\' => at += 2,
                found => {
                    // A line break breaks the string off; it is not part of it.
                    self.at = if found == quote { at + 1 } else { at };
                    return self.token(Kind::Text, start, at);
                }
            }
        }
    }

    /// The piece of a template that begins at `start`.
    fn template(&mut self, kind: Kind, start: usize) -> Token {
        let mut at = start;
        loop {
            let Some(offset) = memchr::memchr3(b'`', b'\\', b'$', self.source.get(at..).unwrap_or_default()) else {
                self.at = self.source.len();
                return self.token(kind, start.min(self.at), self.at);
            };
            at += offset;
            match self.source[at] {
                b'`' => {
                    self.at = at + 1;
                    return self.token(kind, start, at);
                }
                b'$' if self.source.get(at + 1) == Some(&b'{') => {
                    self.at = at + 2;
                    self.open.push(Open::Substitution);
                    let token = self.token(kind, start, at);
                    self.expects_operand = true;
                    return token;
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
    }

    /// The regular expression at the current `/`, if one ends on this line.
    fn regex(&mut self) -> Option<Token> {
        let start = self.at;
        if start < self.no_regex_before {
            return None;
        }
        let mut in_class = false;
        let mut at = start + 1;
        loop {
            match self.source.get(at) {
                None | Some(b'\n' | b'\r') => {
                    self.no_regex_before = at;
                    return None;
                }
                Some(b'\\') => at += 1,
                Some(b'[') => in_class = true,
                Some(b']') => in_class = false,
                Some(b'/') if !in_class => break,
                Some(_) => {}
            }
            at += 1;
        }
        at += 1;
        at += self.source[at..].iter().take_while(|b| is_word_byte(**b)).count();
        self.at = at;
        Some(self.token(Kind::Regex, start, at))
    }

    fn sign(&mut self, byte: u8) -> Token {
        let start = self.at;
        let after_condition_word = self.after_condition_word;
        self.at += 1;
        let token = self.token(Kind::Sign, start, self.at);
        match byte {
            b'(' => self.open.push(if after_condition_word { Open::Condition } else { Open::Group }),
            b'[' => self.open.push(Open::Group),
            b'{' => self.open.push(Open::Block),
            b')' | b']' => {
                let condition = matches!(self.open.last(), Some(Open::Condition));
                // A substitution is closed by its brace alone, or the template around it would be lost.
                if matches!(self.open.last(), Some(Open::Condition | Open::Group)) {
                    self.open.pop();
                }
                self.expects_operand = condition;
                return token;
            }
            b'}' if matches!(self.open.last(), Some(Open::Block)) => {
                self.open.pop();
            }
            _ => {}
        }
        // `i++ / 2` divides; `a + /re/` does not.
        let doubled = matches!(byte, b'+' | b'-') && start > 0 && self.source[start - 1] == byte;
        self.expects_operand = !doubled;
        token
    }

    /// Closes whatever is left open inside a substitution; `None` when there is none.
    fn close_substitution(&mut self) -> Option<()> {
        let Some(keep) = self.open.iter().rposition(|open| matches!(open, Open::Substitution | Open::Block)) else {
            // What no brace can close any more need not be searched again.
            self.open.clear();
            return None;
        };
        if self.open[keep] == Open::Block {
            self.open.truncate(keep + 1);
            return None;
        }
        self.open.truncate(keep);
        Some(())
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_blank();
        let byte = self.peek(0)?;
        self.line_start = false;
        Some(match byte {
            b'"' | b'\'' => self.string(byte),
            b'`' => self.template(Kind::TemplateHead, self.at + 1),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_some_and(|next| next.is_ascii_digit()) => self.number(),
            b'}' if self.close_substitution().is_some() => self.template(Kind::TemplateTail, self.at + 1),
            b'/' if self.expects_operand => match self.regex() {
                Some(token) => token,
                None => self.sign(byte),
            },
            _ if is_word_byte(byte) => self.word(),
            _ => self.sign(byte),
        })
    }
}

fn is_word_byte(byte: u8) -> bool {
    WORD_BYTES[usize::from(byte)]
}

/// Letters, digits, `_`, `$` and everything beyond ASCII. A table: this is asked for nearly every byte.
const WORD_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        let ascii = byte as u8;
        table[byte] = ascii.is_ascii_alphanumeric() || ascii == b'_' || ascii == b'$' || ascii >= 0x80;
        byte += 1;
    }
    table
};

/// Words after which an operand comes, so that `/` begins a regular expression.
fn is_operator_word(word: &[u8]) -> bool {
    matches!(
        word,
        b"return"
            | b"typeof"
            | b"case"
            | b"in"
            | b"of"
            | b"delete"
            | b"void"
            | b"throw"
            | b"new"
            | b"else"
            | b"do"
            | b"instanceof"
            | b"yield"
            | b"await"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tokens(source: &str) -> Vec<(Kind, &str)> {
        Lexer::new(source.as_bytes()).map(|token| (token.kind, &source[token.start..token.end])).collect()
    }

    fn words(source: &str) -> Vec<&str> {
        tokens(source).into_iter().filter(|(kind, _)| *kind == Kind::Word).map(|(_, text)| text).collect()
    }

    #[test]
    fn comments_are_not_code() {
        assert_eq!(words("a // b\n/* c */ d <!-- e\n --> f\ng"), ["a", "d", "g"]);
        assert_eq!(words("'// not' + a"), ["a"]);
        assert_eq!(words("x /* never closed b"), ["x"]);
    }

    #[test]
    fn a_slash_is_told_from_a_regular_expression() {
        assert_eq!(words("a = b / c; d = e / f"), ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(words("a = /b'/g; c"), ["a", "c"]);
        assert_eq!(words("if (a) /b\"/.test(c)"), ["if", "a", "test", "c"]);
        assert_eq!(words("return /[/'\"]/.exec(a)"), ["return", "exec", "a"]);
        assert_eq!(words("(a) / b / c"), ["a", "b", "c"]);
        assert_eq!(words("i++ / 2; b / 'c'"), ["i", "b"]);
        assert_eq!(words("x.in / y / z"), ["x", "in", "y", "z"]);
    }

    #[test]
    fn templates_nest() {
        let found = tokens("`a${ {b: `c${d}e`}.f }g` + h");
        let texts: Vec<_> = found
            .iter()
            .filter(|(kind, _)| matches!(kind, Kind::TemplateHead | Kind::TemplateTail))
            .map(|(_, text)| *text)
            .collect();
        assert_eq!(texts, ["a", "c", "e", "g"]);
        assert_eq!(words("`a${ {b: `c${d}e`}.f }g` + h"), ["b", "d", "f", "h"]);
    }

    #[test]
    fn a_broken_string_ends_with_its_line() {
        assert_eq!(words("a = 'b\nc"), ["a", "c"]);
        assert_eq!(words("a = 'b\\\nc' + d"), ["a", "d"]);
        assert_eq!(words("\"\\"), [""; 0]);
    }

    proptest! {
        #[test]
        fn tokens_move_forward_and_stay_inside(source in "[a-c'\"`${}()/\\\\\\[\\]\\n<!*. -]{0,60}") {
            let mut last = 0;
            for token in Lexer::new(source.as_bytes()) {
                prop_assert!(token.start >= last && token.start <= token.end && token.end <= source.len());
                last = token.start;
            }
        }

        #[test]
        fn there_are_no_more_tokens_than_bytes(source in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Lexer::new(&source).count() <= source.len());
        }
    }
}
