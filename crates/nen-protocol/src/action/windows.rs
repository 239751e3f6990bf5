use crate::Invalid;
use crate::params::Params;
use crate::tools;

/// The `windows` tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Windows {
    /// `list`: ids, titles, places, which is focused.
    List,
    /// `focus`: raise a window and give it the keyboard.
    Focus {
        /// An id from `list`.
        window_id: u32,
    },
    /// `launch`: start one of the desktop's applications.
    Launch {
        /// One of [`tools::windows::APPS`].
        app: String,
    },
    /// `open`: a web page or a file, with the application made for it.
    Open {
        /// An `http(s)` URL or an absolute path.
        target: String,
    },
}

impl Windows {
    /// The URL, if a browser's command line cannot mistake it for an option.
    pub fn check_web_address(url: &str) -> Result<&str, Invalid> {
        let rest = url.strip_prefix("http://").or(url.strip_prefix("https://"));
        let web =
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['));
        if web && !url.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Ok(url);
        }
        Err(Invalid(format!(
            "url {url:?} must be a web address such as https://example.com, without spaces"
        )))
    }

    pub(crate) fn parse(name: &str, params: Params<'_>) -> Result<Self, Invalid> {
        match name {
            "list" => Ok(Self::List),
            "focus" => Ok(Self::Focus {
                window_id: params
                    .count(&["window_id"], 1..=i32::MAX)?
                    .ok_or_else(|| params.missing("window_id", "an id from list"))?,
            }),
            "launch" => {
                let app = params
                    .text("app")?
                    .ok_or_else(|| params.missing("app", &tools::windows::APPS.join(", ")))?;
                if !tools::windows::APPS.contains(&app) {
                    return Err(Invalid(format!(
                        "unknown app {app:?}: the apps are {}",
                        tools::windows::APPS.join(", ")
                    )));
                }
                Ok(Self::Launch {
                    app: app.to_owned(),
                })
            }
            "open" => {
                let (url, path) = (params.text("url")?, params.text("path")?);
                let target = match (url, path) {
                    (Some(url), None) => Self::check_web_address(url)?,
                    (None, Some(path)) if path.starts_with('/') => path,
                    (None, Some(path)) => {
                        return Err(Invalid(format!(
                            "path {path:?} must be absolute, as in /drive/report.pdf"
                        )));
                    }
                    _ => return Err(params.missing("url or path", "one of them, what to open")),
                };
                Ok(Self::Open {
                    target: target.to_owned(),
                })
            }
            other => Err(Invalid(format!(
                "unknown windows action {other:?}: the actions are list, focus, launch, open"
            ))),
        }
    }
}
