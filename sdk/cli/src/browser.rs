//! The browser in which games are tried: found on the machine, never downloaded, and driven over its DevTools protocol.
//!
//! Only the handful of commands that the verifier needs are spoken here (`cdp`). The large client crates do not follow a
//! frame into its own process, which is where a sandboxed game lives.

mod cdp;
mod page;

pub use cdp::CdpError;
pub use page::{ConsoleEntry, Page};

use crate::machine;
use cdp::Cdp;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// Names the browser to use.
pub const BROWSER_VARIABLE: &str = "MARIBRO_CHROMIUM";

/// Programs in `PATH`, the first one that starts is taken.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Where macOS and Windows keep them, as far as `PATH` does not say.
const PLACES: [&str; 4] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/// Longest time for the browser to say where it listens.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time for it to end by itself.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// What the browser says when it listens.
const LISTENING: &str = "DevTools listening on ";

/// Finds a browser that starts.
///
/// # Errors
/// One line that says what to install.
pub fn find() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(BROWSER_VARIABLE).filter(|path| !path.is_empty()) {
        let path = PathBuf::from(named);
        return if starts(&path) {
            Ok(path)
        } else {
            Err(format!("{BROWSER_VARIABLE} is {}, which does not start as a browser", path.display()))
        };
    }
    let in_path = NAMES.iter().filter_map(|name| which::which(name).ok());
    in_path
        .chain(PLACES.iter().map(PathBuf::from))
        // Being there is not enough: Ubuntu's chromium-browser may be a script that only asks for a snap.
        .find(|path| path.is_file() && starts(path))
        .ok_or_else(|| {
            format!(
                "no Chrome or Chromium was found; install it with `{}`, or set {BROWSER_VARIABLE} to the path of one",
                machine::install_command(machine::Wanted::Browser)
            )
        })
}

fn starts(program: &Path) -> bool {
    let mut command = std::process::Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A running browser without a window; ends when dropped.
#[derive(Debug)]
pub struct Browser {
    cdp: Cdp,
    child: Child,
    _profile: TempDir,
}

impl Browser {
    /// Starts the browser. `frame_script` runs in every frame of another process before its first script.
    ///
    /// # Errors
    /// It does not start, or does not say where it listens.
    pub async fn start(program: &Path, frame_script: &'static str) -> anyhow::Result<Self> {
        use anyhow::Context;
        let profile = tempfile::Builder::new().prefix("maribro-browser-").tempdir()?;
        let mut command = Command::new(program);
        command
            .args([
                "--headless",
                "--remote-debugging-port=0",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-extensions",
                "--disable-default-apps",
                "--disable-component-extensions-with-background-pages",
                "--disable-client-side-phishing-detection",
                "--disable-field-trial-config",
                // Two hidden pages for the address bar in each window, which take most of a second of the processor.
                "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
                "--disable-breakpad",
                "--metrics-recording-only",
                "--no-service-autorun",
                "--password-store=basic",
                "--disable-search-engine-choice-screen",
                "--disable-dev-shm-usage",
                "--mute-audio",
                "--autoplay-policy=no-user-gesture-required",
                "--disable-background-timer-throttling",
                "--disable-renderer-backgrounding",
                "--disable-backgrounding-occluded-windows",
                // Drawn by the processor, the same on every machine; that goes for WebGL, too.
                "--disable-gpu",
                "--disable-gpu-rasterization",
                "--use-angle=swiftshader-webgl",
                "--enable-unsafe-swiftshader",
                // As on the big screen: each game in a process of its own.
                "--enable-features=IsolateSandboxedIframes:grouping/per-document",
                "--webrtc-ip-handling-policy=disable_non_proxied_udp",
                "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
                "--window-size=1920,1080",
                "--hide-scrollbars",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("--no-startup-window")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if machine::is_root() {
            command.arg("--no-sandbox");
        }
        let mut child = command.spawn().with_context(|| format!("{} does not start", program.display()))?;
        let stderr = child.stderr.take().context("the browser has no output")?;
        let address = tokio::time::timeout(START_TIMEOUT, address(stderr))
            .await
            .with_context(|| format!("the browser did not listen within {} s", START_TIMEOUT.as_secs()))??;
        let cdp = Cdp::connect(&address, frame_script).await?;
        Ok(Self { cdp, child, _profile: profile })
    }

    /// Opens a page.
    ///
    /// # Errors
    /// The browser is gone or refuses.
    pub async fn open(&self, url: &str) -> Result<Page, CdpError> {
        Page::open(self.cdp.clone(), url).await
    }

    /// Ends the browser and removes what it wrote. Dropping ends it too, but may leave files behind that it is writing just then.
    pub async fn close(mut self) {
        // A browser that is gone already is as good.
        self.cdp.call(None, "Browser.close", serde_json::json!({})).await.ok();
        if tokio::time::timeout(END_TIMEOUT, self.child.wait()).await.is_err() {
            self.child.kill().await.ok();
        }
    }
}

/// Reads where the browser listens; what it says later is read and dropped, for a full pipe would stop it.
async fn address(stderr: tokio::process::ChildStderr) -> anyhow::Result<String> {
    let mut lines = BufReader::new(stderr).lines();
    let mut said = Vec::new();
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = line.strip_prefix(LISTENING) {
            let address = address.trim().to_owned();
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(address);
        }
        said.push(line);
    }
    anyhow::bail!("the browser ended at once: {}", said.last().map_or("it said nothing", String::as_str))
}
