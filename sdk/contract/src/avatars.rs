//! The sixteen avatars: a person's identity as player and as creator.

use schemars::JsonSchema;
use serde::Serialize;

/// One of the fixed identities that a person can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Avatar {
    /// Stable id, kebab-case, e.g. `knight-red`. Games rely on it.
    pub id: &'static str,
    /// Short display name, e.g. `Knight`.
    pub name: &'static str,
    /// Dominant colour as `#RRGGBB`.
    pub color: &'static str,
    /// URL path of the picture on the host.
    pub image: &'static str,
}

macro_rules! avatars {
    ($($id:literal $name:literal $color:literal),+ $(,)?) => {
        /// All avatars, in the order in which they are offered.
        pub const AVATARS: &[Avatar] = &[$(Avatar {
            id: $id,
            name: $name,
            color: $color,
            image: concat!("/public/avatars/", $id, ".svg"),
        }),+];
    };
}

avatars! {
    "knight-red" "Knight" "#E53935",
    "wizard-blue" "Wizard" "#1E88E5",
    "slime-green" "Slime" "#43A047",
    "banana-yellow" "Banana" "#FDD835",
    "ghost-purple" "Ghost" "#8E24AA",
    "fox-orange" "Fox" "#FB8C00",
    "robot-gray" "Robot" "#78909C",
    "ninja-black" "Ninja" "#263238",
    "cat-pink" "Cat" "#EC407A",
    "shark-teal" "Shark" "#00ACC1",
    "bear-brown" "Bear" "#8D6E63",
    "alien-lime" "Alien" "#C0CA33",
    "penguin-navy" "Penguin" "#3949AB",
    "unicorn-lavender" "Unicorn" "#B39DDB",
    "pumpkin-rust" "Pumpkin" "#D84315",
    "yeti-white" "Yeti" "#ECEFF1",
}

/// The avatar with this id, if there is one.
pub fn find(id: &str) -> Option<&'static Avatar> {
    AVATARS.iter().find(|avatar| avatar.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn sixteen_distinct_avatars_with_distinct_colours() {
        let ids: HashSet<_> = AVATARS.iter().map(|a| a.id).collect();
        let colors: HashSet<_> = AVATARS.iter().map(|a| a.color).collect();
        assert_eq!((ids.len(), colors.len()), (16, 16));
    }

    #[test]
    fn an_unknown_id_is_not_found() {
        assert!(find("knight-red").is_some());
        assert!(find("Knight-Red").is_none());
        assert!(find("").is_none());
    }
}
