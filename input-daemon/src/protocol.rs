//! What goes over the wire; docs/input-protocol.md has it for people.

pub mod frame;
pub mod messages;
pub mod rig;

/// WebSocket subprotocol of clients.
pub const PROTOCOL: &str = "maribro.input.v1";
/// WebSocket subprotocol of those who drive the virtual pads. Only with `--virtual`.
pub const RIG_PROTOCOL: &str = "maribro.input.rig.v1";
