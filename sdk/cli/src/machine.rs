//! This machine: its package manager, and what kind of machine it is.

/// Something that can be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Chrome or Chromium.
    Browser,
    /// The SDL2 library, for pads.
    Sdl2,
    /// A program that lets people reach the host from elsewhere.
    Tunnel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manager {
    Apt,
    AptOfUbuntu,
    Dnf,
    Pacman,
    Zypper,
    Brew,
    Winget,
}

/// The command that installs it here.
pub fn install_command(wanted: Wanted) -> String {
    let command = command(manager(), wanted);
    match command.strip_prefix("sudo ") {
        Some(bare) if is_root() => bare.to_owned(),
        _ => command.to_owned(),
    }
}

fn command(manager: Option<Manager>, wanted: Wanted) -> &'static str {
    use Manager::{Apt, AptOfUbuntu, Brew, Dnf, Pacman, Winget, Zypper};
    match (wanted, manager) {
        (Wanted::Browser, Some(Apt)) => "sudo apt-get install -y chromium",
        (Wanted::Browser, Some(AptOfUbuntu)) => "sudo snap install chromium",
        (Wanted::Browser, Some(Dnf)) => "sudo dnf install -y chromium",
        (Wanted::Browser, Some(Pacman)) => "sudo pacman -S --needed --noconfirm chromium",
        (Wanted::Browser, Some(Zypper)) => "sudo zypper --non-interactive install chromium",
        (Wanted::Browser, Some(Brew)) => "brew install --cask google-chrome",
        (Wanted::Browser, Some(Winget)) => "winget install Google.Chrome",
        (Wanted::Browser, None) => "https://www.google.com/chrome/",
        (Wanted::Sdl2, Some(Apt | AptOfUbuntu)) => "sudo apt-get install -y libsdl2-2.0-0",
        (Wanted::Sdl2, Some(Dnf)) => "sudo dnf install -y 'libSDL2-2.0.so.0()(64bit)'",
        (Wanted::Sdl2, Some(Pacman)) => "sudo pacman -S --needed --noconfirm sdl2-compat",
        (Wanted::Sdl2, Some(Zypper)) => "sudo zypper --non-interactive install libSDL2-2_0-0",
        (Wanted::Sdl2, Some(Brew)) => "brew install sdl2",
        (Wanted::Sdl2, Some(Winget) | None) => "https://www.libsdl.org/",
        (Wanted::Tunnel, Some(Brew)) => "brew install cloudflared",
        (Wanted::Tunnel, Some(Winget)) => "winget install Cloudflare.cloudflared",
        (Wanted::Tunnel, Some(Pacman)) => "sudo pacman -S --needed --noconfirm cloudflared",
        // Not in the distributions' own archives.
        (Wanted::Tunnel, _) => "https://github.com/cloudflare/cloudflared/releases",
    }
}

fn manager() -> Option<Manager> {
    let is_there = |program: &str| which::which(program).is_ok();
    let known = [
        ("apt-get", if is_ubuntu() { Manager::AptOfUbuntu } else { Manager::Apt }),
        ("dnf", Manager::Dnf),
        ("pacman", Manager::Pacman),
        ("zypper", Manager::Zypper),
        ("brew", Manager::Brew),
        ("winget", Manager::Winget),
    ];
    known.into_iter().find(|(program, _)| is_there(program)).map(|(_, manager)| manager)
}

fn is_ubuntu() -> bool {
    let about = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    about.lines().any(|line| line.strip_prefix("ID=").is_some_and(|id| id.trim_matches('"') == "ubuntu"))
}

/// Whether this process runs as root: the owner of its own entry in `/proc` says so, on Linux.
pub fn is_root() -> bool {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0)
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// Whether this is Linux inside Windows.
pub fn is_wsl() -> bool {
    std::fs::read_to_string("/proc/version").is_ok_and(|version| version.to_lowercase().contains("microsoft"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_manager_knows_how_to_get_a_browser_and_sdl() {
        use Manager::{Apt, AptOfUbuntu, Brew, Dnf, Pacman, Winget, Zypper};
        for manager in [Apt, AptOfUbuntu, Dnf, Pacman, Zypper, Brew, Winget].map(Some).into_iter().chain([None]) {
            for wanted in [Wanted::Browser, Wanted::Sdl2, Wanted::Tunnel] {
                let command = command(manager, wanted);
                assert!(command.contains("install") || command.contains("-S") || command.starts_with("https://"));
            }
        }
    }
}
