package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func stepsCommand() *cobra.Command {
	var format, room string
	c := &cobra.Command{
		Use:   "steps [words to search for]",
		Short: "List the steps of the vocabulary by room, with a description and an example",
		Long: `List the steps of the vocabulary by room (your own API, proofs, the authorization
server, the API, the client), each with a description and an example. Words choose
the steps that hold all of them, in whatever letter case.`,
		Example: `  dpopspec steps --room own
  dpopspec steps nonce
  dpopspec steps --room client retry`,
		RunE: func(c *cobra.Command, words []string) error {
			write, known := map[string]func(*vocabulary.Vocabulary) string{
				"text":     (*vocabulary.Vocabulary).Text,
				"markdown": (*vocabulary.Vocabulary).Markdown,
				"json":     (*vocabulary.Vocabulary).JSON,
			}[format]
			if !known {
				return fmt.Errorf("--format: %q is not one of text, markdown, json", format)
			}
			v, err := steps.Standard().Of(room)
			if err != nil {
				return fmt.Errorf("--room: %w", err)
			}
			found := v.Search(words)
			if len(found.Definitions) == 0 {
				text := strings.Join(words, " ")
				near := strings.Join(v.Nearest(text), "\n  ")
				if near != "" {
					near = "; the nearest are:\n  " + near
				}
				return fmt.Errorf("no step holds %q%s", text, near)
			}
			_, err = fmt.Fprint(c.OutOrStdout(), write(found))
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	c.Flags().StringVar(&room, "room", "", "the steps of one room alone: own, proof, server, api or client")
	return c
}
