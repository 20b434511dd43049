package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/inspect"
	"github.com/dpopspec/dpopspec/internal/plaintext"
)

func inspectCommand() *cobra.Command {
	var c inspect.Context
	var file string
	command := &cobra.Command{
		Use:   "inspect [text]",
		Short: "Decode and judge a proof, a token, a challenge, a key or a whole HTTP request or answer",
		Long: `Decode and judge what you paste, from the argument, a file or a pipe: a DPoP proof,
an access token, a WWW-Authenticate challenge, a token response, a JWK or JWK Set, a
whole HTTP request or answer, what curl -v prints, a curl command as browsers copy it
for any shell, a HAR file. A request is judged as a whole: proof, token, method, URL.
Nothing is sent, no command is run. Exit code 1 if something breaks a requirement.`,
		Example: `  dpopspec inspect eyJ0eXAi…
  curl -v … 2>&1 | dpopspec inspect
  dpopspec inspect --file session.har
  dpopspec inspect --method POST --url https://as.example/token eyJ0eXAi…`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := inspected(cmd.InOrStdin(), file, args)
			if err != nil {
				return err
			}
			results, err := inspect.Text(text, c)
			if err != nil {
				return err
			}
			fmt.Fprint(cmd.OutOrStdout(), results)
			if results.Broken() {
				return &exit{code: exitNotConformant}
			}
			return nil
		},
	}
	command.Flags().StringVar(&c.Method, "method", "", "method of the request that the proof came with")
	command.Flags().StringVar(&c.URL, "url", "", "URL of the request that the proof came with")
	command.Flags().StringVar(&c.Token, "token", "", "access token that the proof came with")
	command.Flags().StringVarP(&file, "file", "f", "", "read the text from a `file`")
	return command
}

func inspected(stdin io.Reader, file string, args []string) ([]byte, error) {
	switch {
	case file != "" && len(args) > 0:
		return nil, fmt.Errorf("give a text or --file, not both")
	case file != "":
		return contents(file)
	case len(args) == 1 && args[0] != "-":
		if info, err := os.Stat(args[0]); err == nil && info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is a file; give it as --file %s", args[0], args[0])
		}
		return []byte(args[0]), nil
	}
	if f, ok := stdin.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return nil, fmt.Errorf("nothing to inspect: give a text, --file, or pipe one in")
		}
	}
	data, err := plaintext.Read(stdin)
	if err != nil {
		return nil, fmt.Errorf("standard input cannot be read: %w", err)
	}
	return data, nil
}
