//! `maribro status`: what became of a game on a host, for its maker to act upon.

use crate::{args::StatusArgs, discover, party::Party, remembered::Remembered};
use maribro_contract::wire::{GameDetails, Incident, Playtest, PlaytestState};
use serde::Serialize;
use std::fmt::{self, Write as _};

/// What the host knows of a game.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Whether there is such a game.
    pub ok: bool,
    /// Address of the host.
    pub host: String,
    /// The game's id.
    pub id: String,
    /// Whether the revision on the shelf was taken off the stage, or failed the host's playtest: mend it and send it again.
    pub needs_work: bool,
    /// All that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub game: Option<GameDetails>,
}

/// Asks the host.
///
/// # Errors
/// No host is known, or it cannot be reached.
pub async fn run(args: StatusArgs) -> anyhow::Result<Status> {
    let remembered = Remembered::of(&std::env::current_dir()?)?;
    let host = discover::host(args.host, remembered.host, !args.no_discover).await?;
    let party = Party::at(&host).map_err(anyhow::Error::msg)?;
    let name = args.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let id = name.trim_end_matches(".html").to_owned();
    let asked = tokio::task::spawn_blocking({
        let (party, id) = (party.clone(), id.clone());
        move || party.game(&id)
    });
    let game = asked.await??;
    let needs_work = game.as_ref().is_some_and(|game| {
        let failed = game.playtest.as_ref().is_some_and(|playtest| playtest.state == PlaytestState::Failed);
        failed || game.incidents.iter().any(|one| one.revision == game.revision)
    });
    Ok(Status { ok: game.is_some(), host: party.address().to_owned(), id, needs_work, game })
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(game) = &self.game else {
            return writeln!(f, "{} has no game {:?}; `maribro send` brings it there", self.host, self.id);
        };
        writeln!(
            f,
            "{} ({}), revision {} of {}",
            game.summary.title, self.id, game.revision, game.summary.uploaded_at
        )?;
        writeln!(f, "  played {} times, {} thumbs up, {} down", game.plays, game.thumbs_up, game.thumbs_down)?;
        if game.summary.unstable {
            writeln!(f, "  unstable: taken off the stage twice in a row, so a surprise does not draw it")?;
        }
        if let Some(playtest) = &game.playtest {
            writeln!(f, "  played by the host: {}", verdict(playtest))?;
        }
        for incident in &game.incidents {
            write!(f, "{}", told(incident, game.revision)?)?;
        }
        if self.needs_work {
            writeln!(f, "Mend it, then: maribro verify FILE, maribro send FILE")?;
        }
        Ok(())
    }
}

fn verdict(Playtest { state, error, report }: &Playtest) -> String {
    let failed: Vec<&str> = report.iter().flat_map(|report| report.checks_failed()).collect();
    match (state, error) {
        (PlaytestState::Queued, _) => "it waits for others".to_owned(),
        (PlaytestState::Running, _) => "just now".to_owned(),
        (PlaytestState::Passed, _) => "passed".to_owned(),
        (PlaytestState::Failed, _) => format!("FAILED {}", failed.join(", ")),
        (PlaytestState::NotRun, Some(error)) => format!("no; {}", error.message),
        (PlaytestState::NotRun, None) => "no".to_owned(),
    }
}

fn told(incident: &Incident, current: u32) -> Result<String, fmt::Error> {
    let mishap = &incident.mishap;
    let mut text = String::new();
    let which = if incident.revision == current { "this revision" } else { "an earlier revision" };
    let outcome = serde_json::to_value(mishap.outcome).unwrap_or_default();
    writeln!(
        text,
        "  {} {} ({which}, {}) after {:.1} s with seats {:?}",
        incident.at,
        outcome.as_str().unwrap_or("taken off"),
        incident.revision,
        mishap.after_ms as f64 / 1000.0,
        mishap.active_slots
    )?;
    for error in &mishap.errors {
        writeln!(text, "    error {}", error.message)?;
        for line in error.stack.lines().skip(1).take(3) {
            writeln!(text, "      {}", line.trim())?;
        }
    }
    for line in &mishap.console {
        writeln!(text, "    console {}", line.text)?;
    }
    Ok(text)
}
