//! The rows, as a table for people and as JSON for machines.

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What a row has to keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Budget {
    /// At least this many times the baseline.
    AtLeastTimes(f64),
    /// Less than this many times the baseline.
    UnderTimes(f64),
    /// Less than this, in the row's unit.
    Under(f64),
    /// For information.
    None,
}

/// One measured number beside its baseline.
#[derive(Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// Unit of both numbers.
    pub(crate) unit: &'static str,
    /// The host's number.
    pub(crate) measured: f64,
    /// The baseline's number in the same run.
    pub(crate) baseline: f64,
    /// What it has to keep.
    pub(crate) budget: Budget,
}

impl Row {
    fn ratio(&self) -> f64 {
        self.measured / self.baseline
    }

    /// None without a budget.
    fn within_budget(&self) -> Option<bool> {
        match self.budget {
            Budget::AtLeastTimes(times) => Some(self.ratio() >= times),
            Budget::UnderTimes(times) => Some(self.ratio() < times),
            Budget::Under(most) => Some(self.measured < most),
            Budget::None => None,
        }
    }

    fn budget_text(&self) -> String {
        match self.budget {
            Budget::AtLeastTimes(times) => format!(">= {times}x"),
            Budget::UnderTimes(times) => format!("< {times}x"),
            Budget::Under(most) => format!("< {most} {}", self.unit),
            Budget::None => String::new(),
        }
    }

    fn verdict(&self) -> &'static str {
        match self.within_budget() {
            Some(true) => "ok",
            Some(false) => "over",
            None => "",
        }
    }

    fn cells(&self) -> [String; 6] {
        [
            self.what.clone(),
            number(self.measured, self.unit),
            number(self.baseline, self.unit),
            format!("{:.2}", self.ratio()),
            self.budget_text(),
            self.verdict().to_owned(),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "what": self.what.trim(),
            "unit": self.unit,
            "measured": self.measured,
            "baseline": self.baseline,
            "ratio": self.ratio(),
            "budget": self.budget_text(),
            "withinBudget": self.within_budget(),
        })
    }
}

fn number(value: f64, unit: &str) -> String {
    if value >= 1000.0 { format!("{value:.0} {unit}") } else { format!("{value:.1} {unit}") }
}

/// The table, with a last line end. The first column is aligned to the left, numbers to the right.
pub(crate) fn aligned(rows: &[Row]) -> String {
    let heads = ["what", "measured", "baseline", "ratio", "budget", ""].map(str::to_owned);
    let lines: Vec<[String; 6]> = std::iter::once(heads).chain(rows.iter().map(Row::cells)).collect();
    let mut widths = [0; 6];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for line in &lines {
        let mut shown = format!("{:<width$}", line[0], width = widths[0]);
        for (cell, width) in line.iter().zip(widths).skip(1).take(4) {
            shown.push_str(&format!("  {cell:>width$}"));
        }
        shown.push_str("  ");
        shown.push_str(&line[5]);
        text.push_str(shown.trim_end());
        text.push('\n');
    }
    text
}

/// The rows as a JSON document.
///
/// # Errors
/// A number is not one.
pub(crate) fn json(rows: &[Row]) -> Result<String> {
    let rows: Vec<Value> = rows.iter().map(Row::json).collect();
    let mut text = serde_json::to_string_pretty(&json!({ "rows": rows })).context("writing JSON")?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(measured: f64, baseline: f64, budget: Budget) -> Row {
        Row { what: "x".to_owned(), unit: "ms", measured, baseline, budget }
    }

    #[test]
    fn a_budget_is_kept_or_not() {
        assert_eq!(row(60.0, 100.0, Budget::AtLeastTimes(0.6)).within_budget(), Some(true));
        assert_eq!(row(59.0, 100.0, Budget::AtLeastTimes(0.6)).within_budget(), Some(false));
        assert_eq!(row(3.0, 1.0, Budget::UnderTimes(3.0)).within_budget(), Some(false));
        assert_eq!(row(149.0, 1.0, Budget::Under(150.0)).within_budget(), Some(true));
        assert_eq!(row(1.0, 1.0, Budget::None).within_budget(), None);
    }

    #[test]
    fn columns_are_aligned() {
        let table = aligned(&[row(1.0, 2.0, Budget::Under(150.0)), row(12_000.0, 2.0, Budget::None)]);
        assert_eq!(
            table,
            "what  measured  baseline    ratio    budget\n\
             x       1.0 ms    2.0 ms     0.50  < 150 ms  ok\n\
             x     12000 ms    2.0 ms  6000.00\n"
        );
    }
}
