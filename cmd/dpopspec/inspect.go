package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/internal/inspect"
)

func inspectCommand() *cobra.Command {
	var c inspect.Context
	var file string
	command := &cobra.Command{
		Use:   "inspect [text]",
		Short: "Decode and judge a proof, a token, a challenge or a whole HTTP request",
		Long: `Decode and judge a DPoP proof, an access token, a WWW-Authenticate challenge or a
whole HTTP request, such as curl -v prints, from the argument, a file or a pipe.
Exit code 1 if it breaks a requirement.`,
		Example: `  dpopspec inspect eyJ0eXAi…
  curl -v … 2>&1 | dpopspec inspect
  dpopspec inspect --method POST --url https://as.example/token eyJ0eXAi…`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := inspected(cmd.InOrStdin(), file, args)
			if err != nil {
				return err
			}
			result, err := inspect.Text(text, c)
			if err != nil {
				return err
			}
			fmt.Fprint(cmd.OutOrStdout(), result)
			if result.Broken() {
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

func inspected(stdin io.Reader, file string, args []string) (string, error) {
	switch {
	case file != "" && len(args) > 0:
		return "", fmt.Errorf("give a text or --file, not both")
	case file != "":
		text, err := os.ReadFile(file)
		return string(text), err
	case len(args) == 1 && args[0] != "-":
		return args[0], nil
	}
	if f, ok := stdin.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return "", fmt.Errorf("nothing to inspect: give a text, --file, or pipe one in")
		}
	}
	text, err := io.ReadAll(io.LimitReader(stdin, 4<<20))
	return strings.TrimSpace(string(text)), err
}
