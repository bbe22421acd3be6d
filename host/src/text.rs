//! Text from elsewhere, made fit to be shown: no sign of it moves the cursor, ends a line or turns the reading
//! direction.

use std::fmt::Write as _;

/// Whether a sign does something other than stand where it is written: control characters, what ends a line, what
/// turns the direction of reading.
pub fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text on one line, with such signs written out, as `\n`.
pub fn one_line(text: &str) -> String {
    escaped(text, is_control)
}

/// A text of one or several lines, with such signs written out but for line ends and tabs.
pub fn lines(text: &str) -> String {
    escaped(text, |c| is_control(c) && c != '\n' && c != '\t')
}

/// A text whose lines after the first are indented, so that none of them looks like a message of its own.
pub fn paragraph(text: &str) -> String {
    let indented = |line: &str| if line.is_empty() { String::new() } else { format!("    {line}") };
    let text = lines(text.trim_end());
    let mut rows = text.split('\n');
    let first = rows.next().unwrap_or_default().to_owned();
    rows.fold(first, |shown, line| format!("{shown}\n{}", indented(line)))
}

fn escaped(text: &str, is_written_out: impl Fn(char) -> bool) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        if is_written_out(c) {
            let _ = write!(shown, "{}", c.escape_default());
        } else {
            shown.push(c);
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_is_written_out() {
        assert_eq!(one_line("a\nb\tc\u{1b}[1m"), r"a\nb\tc\u{1b}[1m");
        assert_eq!(lines("a\r\nb\tc"), "a\\r\nb\tc");
        assert_eq!(paragraph("a\nError: b\n"), "a\n    Error: b");
        assert_eq!(paragraph("a\n\nb"), "a\n\n    b");
        for c in ['\u{85}', '\u{9b}', '\u{7f}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}'] {
            assert_eq!(lines(&c.to_string()), c.escape_default().to_string());
        }
        assert_eq!(one_line("naïve 東京 👩‍💻"), "naïve 東京 👩‍💻");
    }
}
