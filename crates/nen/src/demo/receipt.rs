//! A receipt as a small PDF of one page, with a standard font and no compression.

use super::task::Invoice;

/// The receipt of an invoice. The standard fonts know Latin-1 only, so it tells numbers, not names.
pub fn pdf(number: &str, invoice: &Invoice) -> Vec<u8> {
    let due = if invoice.urgent { "7 days" } else { "30 days" };
    let lines = [
        (22, 72, 760, "Lumen Supplier Portal".to_owned()),
        (16, 72, 722, format!("Receipt for invoice {number}")),
        (
            12,
            72,
            684,
            format!("Amount    {} {}", invoice.amount, invoice.currency),
        ),
        (12, 72, 664, format!("Payment   within {due}")),
        (
            12,
            72,
            644,
            format!("Notes     {} characters", invoice.notes.chars().count()),
        ),
        (
            9,
            72,
            72,
            "This document was made by a demo and is worth nothing.".to_owned(),
        ),
    ];
    let mut content = String::new();
    for (size, x, y, text) in lines {
        content.push_str(&format!(
            "BT /F1 {size} Tf {x} {y} Td ({}) Tj ET\n",
            escaped(&text)
        ));
    }
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}endstream",
            content.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", i + 1).as_bytes());
    }
    let start = file.len();
    let mut tail = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        tail.push_str(&format!("{offset:010} 00000 n \n"));
    }
    tail.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    ));
    file.extend_from_slice(tail.as_bytes());
    file
}

/// Printable ASCII with the characters of PDF strings escaped.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii_graphic() || c == ' ' {
                c
            } else {
                '?'
            }
        })
        .flat_map(|c| match c {
            '(' | ')' | '\\' => vec!['\\', c],
            _ => vec![c],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_where_the_table_says() {
        let invoice = Invoice {
            amount: "1(2)".into(),
            ..Invoice::default()
        };
        let file = pdf("INV-2043", &invoice);
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains("1\\(2\\)"));
        let start: usize = text
            .rsplit("startxref\n")
            .next()
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .parse()
            .unwrap();
        assert!(file[start..].starts_with(b"xref"));
        let table = std::str::from_utf8(&file[start..]).unwrap();
        for (i, line) in table.lines().skip(3).take(5).enumerate() {
            let offset: usize = line[..10].parse().unwrap();
            assert!(file[offset..].starts_with(format!("{} 0 obj", i + 1).as_bytes()));
        }
    }
}
