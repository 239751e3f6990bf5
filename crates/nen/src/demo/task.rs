//! The job of the demo: what is to be typed where. Script, model and checks all read it from here.

/// A supplier sends one invoice and keeps the receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// E-mail to sign in with.
    pub email: &'static str,
    /// Password to sign in with.
    pub password: &'static str,
    /// The invoice to send.
    pub invoice: Invoice,
}

/// An invoice as the form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invoice {
    /// Who pays.
    pub customer: String,
    /// How much, as typed.
    pub amount: String,
    /// Three letters.
    pub currency: String,
    /// Free text with line feeds.
    pub notes: String,
    /// The check box.
    pub urgent: bool,
}

/// Where the browser puts the receipt on the drive.
pub const DOWNLOADS: &str = "Downloads";

impl Default for Task {
    fn default() -> Self {
        Self {
            email: "ada@lumen.example",
            password: "correct-Horse7",
            invoice: Invoice {
                customer: "Żółć & Søn Ødegård GmbH".into(),
                amount: "1284.50".into(),
                currency: "EUR".into(),
                notes:
                    "héllo wörld — Привет, κόσμε, 你好, ñ € 😀\n42 lamps, \"warm white\" <2700 K>"
                        .into(),
                urgent: true,
            },
        }
    }
}

impl Task {
    /// The job in words, for a model.
    pub fn in_words(&self, url: &str) -> String {
        let Invoice {
            customer,
            amount,
            currency,
            notes,
            urgent,
        } = &self.invoice;
        let tick = if *urgent { "Tick" } else { "Leave empty" };
        format!(
            "Open Chromium with its icon in the task bar and go to {url}. Sign in with e-mail {email} and password \
             {password}. Send a new invoice: customer `{customer}`, amount `{amount}`, currency {currency}. The notes are \
             exactly these lines:\n```\n{notes}\n```\n{tick} \"Pay within seven days\". Send it, then click \"Download \
             receipt\" and wait until the download is done. Type all texts exactly as they stand here. When everything is \
             done, answer with the invoice's number and use no more tools.",
            email = self.email,
            password = self.password,
        )
    }

    /// Everything that was typed and must not be found in a log.
    pub fn typed(&self) -> Vec<&str> {
        let mut typed = vec![self.password, self.invoice.customer.as_str()];
        typed.extend(self.invoice.notes.lines());
        typed
    }
}
