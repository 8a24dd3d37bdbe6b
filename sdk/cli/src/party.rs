//! A host elsewhere, over HTTP.

use maribro_contract::wire::{Check, GameDetails, GameSummary};
use serde::Deserialize;
use serde_json::Value;
use std::{
    fmt,
    io::{self, Read},
    time::Duration,
};
use ureq::{Agent, SendBody};

/// Longest wait for an answer to a question.
const ASK_TIMEOUT: Duration = Duration::from_secs(20);
/// Longest upload; the host gives up after the same time.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 32 << 20;
const TOKEN_HEADER: &str = "X-Maribro-Token";

/// Why a host did not do what it was asked for.
#[derive(Debug)]
pub enum PartyError {
    /// It said no, and why.
    Refused {
        /// Status of the answer.
        status: u16,
        /// Code of the envelope, e.g. `name_taken`.
        code: String,
        /// Text of the envelope.
        message: String,
        /// Checks that failed.
        details: Vec<Check>,
    },
    /// No answer: the address is wrong, or the connection broke off.
    Unreachable(String),
    /// Something answers there, but no host of a party.
    NotAHost(String),
}

impl fmt::Display for PartyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { code, message, .. } => write!(f, "the host refused ({code}): {message}"),
            Self::Unreachable(reason) => write!(f, "the host cannot be reached: {reason}"),
            Self::NotAHost(reason) => write!(f, "there is no Maribro host: {reason}"),
        }
    }
}

impl std::error::Error for PartyError {}

/// A host.
#[derive(Debug, Clone)]
pub struct Party {
    base: String,
    agent: Agent,
}

/// What is sent to a host.
#[derive(Debug, Clone, Copy)]
pub struct Upload<'a> {
    /// A valid file name.
    pub filename: &'a str,
    /// The file.
    pub bytes: &'a [u8],
    /// The maker's avatar.
    pub avatar: &'a str,
    /// The upload token.
    pub token: &'a str,
}

impl Party {
    /// `address`: of the lobby; `http://` is put before one that has no scheme.
    ///
    /// # Errors
    /// It is no address of a web server.
    pub fn at(address: &str) -> Result<Self, String> {
        let address = address.trim();
        let full = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        // A key in an address that was copied from a browser is nobody's business here.
        let base = full.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned();
        let scheme_and_host = base.strip_prefix("http://").or_else(|| base.strip_prefix("https://"));
        if scheme_and_host.is_none_or(|host| host.is_empty() || host.contains(char::is_whitespace)) {
            return Err(format!("{address:?} is no address of a host; it looks like http://192.168.1.20:8000"));
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(ASK_TIMEOUT))
            .user_agent(concat!("maribro/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Ok(Self { base, agent })
    }

    /// The address, without a slash at its end.
    pub fn address(&self) -> &str {
        &self.base
    }

    /// What the host knows of a game; `None` when it has none of this name.
    ///
    /// # Errors
    /// Any [`PartyError`].
    pub fn game(&self, id: &str) -> Result<Option<GameDetails>, PartyError> {
        #[derive(Deserialize)]
        struct Answer {
            game: GameDetails,
        }
        match self.get(&format!("/api/games/{id}")) {
            Ok(answer) => Ok(Some(read::<Answer>(answer)?.game)),
            Err(PartyError::Refused { code, .. }) if code == "unknown_game" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A game's file as it is on the shelf; `None` when there is none.
    ///
    /// # Errors
    /// The host cannot be reached.
    pub fn file(&self, filename: &str) -> Result<Option<Vec<u8>>, PartyError> {
        let mut answer = self.agent.get(format!("{}/games/{filename}", self.base)).call().map_err(unreachable)?;
        if !answer.status().is_success() {
            return Ok(None);
        }
        answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map(Some).map_err(unreachable)
    }

    /// Whether a host answers there within `patience`.
    pub fn answers(&self, patience: Duration) -> bool {
        let request =
            self.agent.get(format!("{}/api/health", self.base)).config().timeout_global(Some(patience)).build();
        request.call().map_err(unreachable).and_then(judge).is_ok_and(|health| health["version"].is_string())
    }

    fn get(&self, path: &str) -> Result<Value, PartyError> {
        judge(self.agent.get(format!("{}{path}", self.base)).call().map_err(unreachable)?)
    }

    /// Sends a game. `sent` hears how many bytes have left so far.
    ///
    /// # Errors
    /// Any [`PartyError`]. After [`PartyError::Unreachable`] the game may have arrived all the same, if every byte had left.
    pub fn upload(&self, upload: Upload<'_>, sent: &mut dyn FnMut(u64)) -> Result<GameSummary, PartyError> {
        #[derive(Deserialize)]
        struct Answer {
            game: GameSummary,
        }
        let form = Form::new(upload);
        let length = form.length();
        let mut body = Counted { inner: form.reader(), count: 0, sent };
        let answer = self
            .agent
            .post(format!("{}/api/games", self.base))
            .config()
            .timeout_global(Some(UPLOAD_TIMEOUT))
            .build()
            .header("Content-Type", format!("multipart/form-data; boundary={}", form.boundary))
            .header("Content-Length", length.to_string())
            .header(TOKEN_HEADER, upload.token)
            // A host that refuses says so before 20 MB were sent for nothing.
            .header("Expect", "100-continue")
            .send(SendBody::from_reader(&mut body));
        read::<Answer>(judge(answer.map_err(unreachable)?)?).map(|answer| answer.game)
    }
}

fn unreachable(error: ureq::Error) -> PartyError {
    PartyError::Unreachable(error.to_string())
}

/// The envelope of contract §1.
fn judge(mut answer: ureq::http::Response<ureq::Body>) -> Result<Value, PartyError> {
    let status = answer.status().as_u16();
    let bytes = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(unreachable)?;
    let Ok(value) = serde_json::from_slice::<Value>(&bytes) else {
        return Err(PartyError::NotAHost(format!("the answer (status {status}) is not JSON")));
    };
    match value["ok"].as_bool() {
        Some(true) => Ok(value),
        Some(false) => {
            let error = &value["error"];
            let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
            let details = serde_json::from_value(error["details"].clone()).unwrap_or_default();
            Err(PartyError::Refused { status, code: text("code"), message: text("message"), details })
        }
        None => Err(PartyError::NotAHost(format!("the answer (status {status}) has no \"ok\""))),
    }
}

fn read<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, PartyError> {
    serde_json::from_value(value).map_err(|error| PartyError::NotAHost(format!("an answer of unknown shape: {error}")))
}

/// A multipart form: the file between two texts.
struct Form<'a> {
    boundary: String,
    head: String,
    bytes: &'a [u8],
    tail: String,
}

impl<'a> Form<'a> {
    fn new(Upload { filename, bytes, avatar, .. }: Upload<'a>) -> Self {
        let boundary = (0_u64..)
            .map(|number| format!("maribro-{number:016x}-part"))
            .find(|boundary| memchr::memmem::find(bytes, boundary.as_bytes()).is_none())
            .unwrap_or_default();
        let field = |name: &str| format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        let head = format!(
            "{}\r\n\r\n{avatar}\r\n{}; filename=\"{filename}\"\r\nContent-Type: text/html\r\n\r\n",
            field("creator_avatar_id"),
            field("file"),
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        Self { boundary, head, bytes, tail }
    }

    fn length(&self) -> u64 {
        (self.head.len() + self.bytes.len() + self.tail.len()) as u64
    }

    fn reader(&self) -> impl Read {
        self.head.as_bytes().chain(self.bytes).chain(self.tail.as_bytes())
    }
}

struct Counted<'a, R> {
    inner: R,
    count: u64,
    sent: &'a mut dyn FnMut(u64),
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        (self.sent)(self.count);
        Ok(read)
    }
}

/// Length of the form in which a game is sent, in bytes.
pub fn form_length(upload: Upload<'_>) -> u64 {
    Form::new(upload).length()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_people_copy_them() {
        for (given, base) in [
            ("192.168.1.20:8000", "http://192.168.1.20:8000"),
            ("http://localhost:8000/", "http://localhost:8000"),
            ("https://tunnel.example/?key=secret", "https://tunnel.example"),
        ] {
            assert_eq!(Party::at(given).expect("it is one").address(), base);
        }
        for wrong in ["", "ftp://x", "http://", "a b"] {
            assert!(Party::at(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_that_contains_the_boundary_gets_another_one() {
        let bytes = b"--maribro-0000000000000000-part--";
        let form = Form::new(Upload { filename: "a.html", bytes, avatar: "fox-orange", token: "" });
        assert_ne!(form.boundary, "maribro-0000000000000000-part");
        let mut whole = Vec::new();
        form.reader().read_to_end(&mut whole).expect("memory is read");
        assert_eq!(whole.len() as u64, form.length());
    }
}
