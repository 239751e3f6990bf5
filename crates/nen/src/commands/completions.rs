//! `nen completions SHELL`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{cli::Cli, output::Output};

/// Which shell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    nen completions bash > ~/.local/share/bash-completion/completions/nen\n  \
    nen completions zsh > ~/.zfunc/_nen\n  \
    nen completions fish > ~/.config/fish/completions/nen.fish")]
pub struct CompletionsArgs {
    /// Shell to write the script for
    shell: Shell,
}

/// Prints the script.
pub fn run(args: &CompletionsArgs, output: &Output) -> anyhow::Result<()> {
    output.text(script(args.shell))?;
    Ok(())
}

fn script(shell: Shell) -> String {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "nen", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_shell_gets_a_script_without_hidden_commands() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for command in ["screenshot", "rollback", "rotate-signing-secret"] {
                assert!(script.contains(command), "{shell} {command}");
            }
            assert!(!script.contains("NEN_API_KEY=sk"), "{shell}");
        }
    }
}
