//! Opens the big screen: Chrome or Chromium, full screen, with sound allowed from the start.

use crate::child::program::{self, Search};
use anyhow::Context;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::Command;

/// Programs by that name in `PATH`, the first that is there is taken.
const NAMES: [&str; 5] = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"];

/// Where macOS keeps them.
const MAC_APPS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Shows the lobby until somebody closes the browser, or until this future is dropped, which ends the browser.
///
/// # Errors
/// No browser was found, it did not start, or it failed.
pub async fn show(lobby_url: &str, data_dir: &Path) -> anyhow::Result<()> {
    let program = find().context("no Chrome or Chromium was found")?;
    // A profile of its own: the flags count only for a browser that is not running yet, and nobody's tabs are touched.
    let profile = std::path::absolute(data_dir.join("browser"))?;
    let mut browser = Command::new(&program);
    browser
        .arg("--kiosk")
        .arg("--autoplay-policy=no-user-gesture-required")
        .arg("--no-first-run")
        .arg("--no-default-browser-check")
        .arg("--disable-background-networking")
        .arg("--disable-component-update")
        .arg("--disable-sync")
        .arg("--disable-session-crashed-bubble")
        .arg("--noerrdialogs")
        // Games of one site share a process while one of their frames is left; so a hung game whose process lingers would
        // take the next one with it. Each document gets a process of its own.
        .arg("--enable-features=IsolateSandboxedIframes:grouping/per-document")
        // SECURITY: WebRTC knows no Content-Security-Policy: without this a game could send datagrams anywhere.
        .arg("--webrtc-ip-handling-policy=disable_non_proxied_udp")
        .arg("--force-webrtc-ip-handling-policy=disable_non_proxied_udp")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(lobby_url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    if is_root() {
        // Chromium's own sandbox refuses to start for root, and the big screen would stay dark.
        browser.arg("--no-sandbox");
    }
    tracing::info!(?program, "the lobby opens");
    let ended = browser.spawn()?.wait().await?;
    anyhow::ensure!(ended.success(), "the browser {} ended with {ended}", program.display());
    tracing::info!("the browser was closed; the party goes on at {lobby_url}");
    Ok(())
}

/// Whether this process runs as root: the owner of its own entry in `/proc` says so, on Linux.
fn is_root() -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
    }
    #[cfg(not(target_os = "linux"))]
    false
}

fn find() -> Option<PathBuf> {
    let in_path = NAMES.iter().filter_map(|name| program::find(None, name, Search::Path));
    in_path.chain(MAC_APPS.iter().map(PathBuf::from).filter(|path| path.is_file())).next()
}
