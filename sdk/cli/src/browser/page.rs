//! A page of the browser: what is asked of it, and what its frames wrote to their consoles.

use super::cdp::{Cdp, CdpError, Event};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// Longest text of a console line that is kept, in characters.
const TEXT_CHARS: usize = 1000;

/// A line of the console, or something that the browser itself had to say about the game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsoleEntry {
    /// `log`, `info`, `warning`, `error`, …
    pub level: String,
    /// What was written.
    pub text: String,
    /// 1-based line in the game, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// An open page.
#[derive(Debug)]
pub struct Page {
    cdp: Cdp,
    session: String,
    target: String,
    events: mpsc::Receiver<Event>,
}

impl Page {
    pub(super) async fn open(cdp: Cdp, url: &str) -> Result<Self, CdpError> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let target = text(
            &cdp.call(None, "Target.createTarget", json!({ "url": "about:blank", "newWindow": true })).await?["targetId"],
        );
        let attach = json!({ "targetId": target, "flatten": true });
        let session = text(&cdp.call(None, "Target.attachToTarget", attach).await?["sessionId"]);
        let events = cdp.listen(&session).await?;
        let page = Self { cdp, session, target, events };
        page.call("Page.enable", json!({})).await?;
        let auto = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        page.call("Target.setAutoAttach", auto).await?;
        let screen = json!({ "width": 1920, "height": 1080, "deviceScaleFactor": 1, "mobile": false });
        page.call("Emulation.setDeviceMetricsOverride", screen).await?;
        let answer = page.call("Page.navigate", json!({ "url": url })).await?;
        match answer["errorText"].as_str() {
            Some(reason) => Err(CdpError::Refused(format!("{url}: {reason}"))),
            None => Ok(page),
        }
    }

    async fn call(&self, method: &'static str, params: Value) -> Result<Value, CdpError> {
        self.cdp.call(Some(&self.session), method, params).await
    }

    /// The value of an expression, awaited when it is a promise.
    ///
    /// # Errors
    /// The browser is gone, or the expression throws.
    pub async fn evaluate(&self, expression: &str) -> Result<Value, CdpError> {
        let wanted = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", wanted).await?;
        let thrown = &answer["exceptionDetails"];
        if thrown.is_null() {
            return Ok(answer["result"]["value"].take());
        }
        let reason = thrown["exception"]["description"].as_str().or(thrown["text"].as_str()).unwrap_or("it throws");
        Err(CdpError::Refused(reason.to_owned()))
    }

    /// What the page looks like, as PNG.
    ///
    /// # Errors
    /// The browser is gone or refuses.
    pub async fn picture(&self) -> Result<Vec<u8>, CdpError> {
        let answer = self.call("Page.captureScreenshot", json!({ "format": "png", "optimizeForSpeed": true })).await?;
        let data = answer["data"].as_str().unwrap_or_default();
        BASE64.decode(data).map_err(|error| CdpError::Refused(format!("the picture cannot be read: {error}")))
    }

    /// What was written to consoles since the last time.
    pub fn console(&mut self) -> Vec<ConsoleEntry> {
        std::iter::from_fn(|| self.events.try_recv().ok()).filter_map(|event| entry(&event)).collect()
    }

    /// Closes the page, also one that hangs.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn close(self) -> Result<(), CdpError> {
        self.cdp.call(None, "Target.closeTarget", json!({ "targetId": self.target })).await.map(drop)
    }
}

fn entry(event: &Event) -> Option<ConsoleEntry> {
    let line = |value: &Value| value.as_u64().and_then(|line| u32::try_from(line + 1).ok());
    let clip = |text: &str| text.chars().take(TEXT_CHARS).collect::<String>();
    match event.method.as_str() {
        "Runtime.consoleAPICalled" => {
            let words: Vec<String> = event.params["args"].as_array()?.iter().map(word).collect();
            // The SDK stands between: the first call that is not its own.
            let frames = event.params["stackTrace"]["callFrames"].as_array();
            let own = frames.and_then(|frames| {
                frames.iter().find(|frame| frame["url"].as_str().is_some_and(|url| url.contains("/games/")))
            });
            Some(ConsoleEntry {
                level: event.params["type"].as_str()?.to_owned(),
                text: clip(&words.join(" ")),
                line: own.and_then(|frame| line(&frame["lineNumber"])),
            })
        }
        "Log.entryAdded" => {
            let entry = &event.params["entry"];
            Some(ConsoleEntry {
                level: entry["level"].as_str()?.to_owned(),
                text: clip(entry["text"].as_str()?),
                line: entry["url"].as_str().filter(|url| url.contains("/games/")).and(line(&entry["lineNumber"])),
            })
        }
        _ => None,
    }
}

/// A value that was written to the console, as text.
fn word(value: &Value) -> String {
    match (&value["value"], value["description"].as_str(), value["unserializableValue"].as_str()) {
        (Value::String(text), ..) => text.clone(),
        (Value::Null, Some(text), _) | (Value::Null, None, Some(text)) => text.to_owned(),
        (Value::Null, None, None) => value["type"].as_str().unwrap_or("null").to_owned(),
        (other, ..) => other.to_string(),
    }
}
