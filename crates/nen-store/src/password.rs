/// Takes the password out of a database's URL: that of `postgres://user:password@host/…`, and the parameter `password`. The
/// one that counts comes first, then the URL without any.
#[must_use]
pub fn without_password(url: &str) -> (Option<String>, String) {
    let (rest, query) = match url.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (url, None),
    };
    let (mut password, mut clean) = match of_user(rest) {
        Some((password, clean)) => (Some(password), clean),
        None => (None, rest.to_owned()),
    };
    let mut kept = Vec::new();
    for parameter in query.into_iter().flat_map(|query| query.split('&')) {
        match parameter.split_once('=') {
            Some((name, value)) if decoded(name) == "password" => password = Some(decoded(value)),
            _ => kept.push(parameter),
        }
    }
    if !kept.is_empty() {
        clean = format!("{clean}?{}", kept.join("&"));
    }
    (password, clean)
}

fn of_user(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find('/').unwrap_or(rest.len());
    let (user, host) = rest[..end].rsplit_once('@')?;
    let (user, password) = user.split_once(':')?;
    let clean = format!("{scheme}://{user}@{host}{}", &rest[end..]);
    Some((decoded(password), clean))
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wherever_it_stands_it_is_taken_out() {
        for (url, password, clean) in [
            (
                "postgres://nen:a%40b@db:5432/nen?sslmode=require",
                "a@b",
                "postgres://nen@db:5432/nen?sslmode=require",
            ),
            (
                "postgres://nen@db/nen?password=a%26b&sslmode=require",
                "a&b",
                "postgres://nen@db/nen?sslmode=require",
            ),
            ("postgres:///nen?pass%77ord=x", "x", "postgres:///nen"),
            (
                "postgres://nen:one@db/nen?password=two",
                "two",
                "postgres://nen@db/nen",
            ),
        ] {
            let found = without_password(url);
            assert_eq!(
                found,
                (Some(password.to_owned()), clean.to_owned()),
                "{url}"
            );
        }
        for url in [
            "postgres://nen@db/nen",
            "postgres://db/nen",
            "postgres:///nen?host=/run",
            "sqlite:/var/lib/nen/nen.db",
        ] {
            assert_eq!(without_password(url), (None, url.to_owned()));
        }
    }
}
