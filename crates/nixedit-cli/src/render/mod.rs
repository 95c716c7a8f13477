//! Reports and errors as people or programs read them.

pub mod diff;
pub mod human;
pub mod json;
pub mod overview;
pub mod snippet;
pub mod table;
pub mod width;

/// How long ago a time (milliseconds since 1970, UTC) was, in the largest fitting unit.
pub fn age_of(time: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64);
    let seconds = now.saturating_sub(time) / 1000;
    match seconds {
        0..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86400 => format!("{} h ago", seconds / 3600),
        _ => format!("{} days ago", seconds / 86400),
    }
}
