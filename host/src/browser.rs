//! Opens the big screen: Chrome or Chromium, full screen, with sound allowed from the start.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::{Child, Command};

/// Programs by that name in `PATH`, the first that is there is taken.
const NAMES: [&str; 5] = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"];

/// Where macOS keeps them.
const MAC_APPS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// Opens the lobby; the browser ends with the value that is returned.
///
/// # Errors
/// No browser was found, or it did not start.
pub fn open(lobby_url: &str, data_dir: &Path) -> anyhow::Result<Child> {
    let program = find().ok_or_else(|| anyhow::anyhow!("no Chrome or Chromium was found; open {lobby_url} by hand"))?;
    // A profile of its own: the flags count only for a browser that is not running yet, and nobody's tabs are touched.
    let profile = std::path::absolute(data_dir.join("browser"))?;
    let child = Command::new(&program)
        .arg("--kiosk")
        .arg("--autoplay-policy=no-user-gesture-required")
        .arg("--no-first-run")
        .arg("--no-default-browser-check")
        .arg("--disable-background-networking")
        .arg("--disable-component-update")
        .arg("--disable-sync")
        .arg("--disable-session-crashed-bubble")
        .arg("--noerrdialogs")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(lobby_url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    tracing::info!(?program, "the lobby opens");
    Ok(child)
}

fn find() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect();
    let in_path = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    in_path.chain(MAC_APPS.iter().map(PathBuf::from)).find(|path| path.is_file())
}
