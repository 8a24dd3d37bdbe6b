//! `--list`: each pad on a line.

use crate::{backend::Backend, model::PadInfo};
use std::{io::Write, time::Duration};

/// How long pads are looked at, so that their rates can be measured and sleepy ones show up.
const SURVEY: Duration = Duration::from_millis(1_500);

/// Looks at the pads and prints them.
///
/// # Errors
/// Nothing can be printed.
pub fn print(mut backend: Backend) -> anyhow::Result<()> {
    let pads = backend.survey(SURVEY);
    let mut out = std::io::stdout().lock();
    if pads.is_empty() {
        writeln!(out, "No pads. Connect one by cable or Bluetooth; others than the common ones need --mappings.")?;
    }
    for pad in &pads {
        writeln!(out, "{}", line(pad))?;
    }
    Ok(())
}

fn line(pad: &PadInfo) -> String {
    let facts = &pad.facts;
    let rate = match (pad.report_hz, pad.jitter_ms) {
        (Some(hz), Some(jitter)) => format!("{hz:.0} Hz, jitter {jitter:.2} ms"),
        _ => "not measured (move a stick)".to_owned(),
    };
    format!(
        "{}  {}  link {}  battery {}  serial {}  guid {}  rate {rate}",
        pad.number,
        facts.name,
        word(&facts.identity.link),
        word(&facts.battery),
        facts.identity.serial.as_deref().unwrap_or("none"),
        facts.identity.guid,
    )
}

/// The word of the wire.
fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Battery, Facts,
        identity::{Identity, Link},
    };

    #[test]
    fn a_line_has_what_one_wants_to_know() {
        let identity =
            Identity { serial: Some("a453".to_owned()), guid: "03".to_owned(), path: None, link: Link::Bluetooth };
        let facts = Facts {
            name: "PS4 Controller".to_owned(),
            identity,
            vendor: 1,
            product: 2,
            rumble: false,
            light: false,
            motion: false,
            battery: Battery::Low,
        };
        let pad = PadInfo { number: 102, connected: true, facts, report_hz: Some(249.8), jitter_ms: Some(0.6) };
        assert_eq!(
            line(&pad),
            "102  PS4 Controller  link bluetooth  battery low  serial a453  guid 03  rate 250 Hz, jitter 0.60 ms"
        );
    }
}
