//! How a host is found in the local network: multicast DNS, RFC 6762 and 6763. Contract: docs/design.md, HTTP.

/// The service that hosts announce.
pub const SERVICE_TYPE: &str = "_maribro._tcp.local.";

/// The name of the machine that a host runs on; a second one in the same network gets a number.
pub const HOST_NAME: &str = "maribro.local.";
