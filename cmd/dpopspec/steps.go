package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/steps"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
)

func stepsCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "steps",
		Short: "List every step of the vocabulary with a description and an example",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			write, known := map[string]func(*vocabulary.Vocabulary) string{
				"text":     (*vocabulary.Vocabulary).Text,
				"markdown": (*vocabulary.Vocabulary).Markdown,
				"json":     (*vocabulary.Vocabulary).JSON,
			}[format]
			if !known {
				return fmt.Errorf("--format: %q is not one of text, markdown, json", format)
			}
			_, err := fmt.Fprint(c.OutOrStdout(), write(steps.Standard()))
			return err
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, markdown or json")
	return c
}
