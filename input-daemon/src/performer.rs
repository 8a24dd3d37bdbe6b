//! Plays a script on the virtual pads.

use crate::{
    hub::{Hub, Order},
    protocol::{messages::Refusal, rig::Deed},
    script::{Script, Step},
};
use tokio::time::{Instant, sleep_until};

/// Plays to the end, or for ever when the script has a loop. A step that cannot be done (unplugging what is unplugged) is
/// told in the log and left out.
pub async fn play(script: Script, hub: Hub) {
    let mut turn = Instant::now();
    loop {
        for step in &script.steps {
            sleep_until(turn + step.at).await;
            if let Err(refusal) = perform(step, &hub).await {
                tracing::warn!(pad = step.pad, %refusal, "a step of the script cannot be done");
            }
        }
        let Some(every) = script.every else { return };
        turn += every;
        sleep_until(turn).await;
    }
}

async fn perform(step: &Step, hub: &Hub) -> Result<(), Refusal> {
    match &step.deed {
        Deed::Report(report) => {
            let pad = hub.rig.get(step.pad);
            if pad.is_some_and(|pad| pad.report(*report)) { Ok(()) } else { Err(Refusal::Busy) }
        }
        Deed::Act(act) => hub.order(|answer| Order::Rig(step.pad, act.clone(), answer)).await,
        Deed::TellEffects => Ok(()),
    }
}
