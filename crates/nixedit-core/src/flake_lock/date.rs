//! Days of the calendar from seconds.

const SECONDS: i64 = 86_400;

/// The day (UTC) of a time in seconds since 1970, as `2026-08-20`.
pub fn day_of(seconds: i64) -> String {
    // Counted from 1 March of year 0, so that a leap day ends its year; 400 years repeat.
    let days = seconds.div_euclid(SECONDS) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_735_689_599, "2024-12-31"),
            (1_756_684_800, "2025-09-01"),
        ] {
            assert_eq!(day_of(seconds), day);
        }
    }
}
