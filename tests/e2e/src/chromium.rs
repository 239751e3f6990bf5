use serde_json::{Value, json};

use crate::{Api, Desktop, Site};

/// Creates a desktop (with what else `more` asks for) whose Chromium opens the site, and waits until the page posted to
/// `/ready`.
pub fn open_page(api: &Api, site: &Site, more: &Value) -> Desktop {
    let mut body = json!({"start_url": site.url_inside()});
    let fields = more.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(fields);
    let desktop = api.create(&body);
    site.wait_for("/ready");
    desktop
}
