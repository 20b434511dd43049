package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/plaintext"
)

func keysCommand() *cobra.Command {
	c := &cobra.Command{Use: "keys", Short: "Make key pairs, environment lines and thumbprints"}
	c.AddCommand(generateCommand(), envCommand(), thumbprintCommand())
	return c
}

func generateCommand() *cobra.Command {
	var algorithm, out string
	c := &cobra.Command{
		Use: "generate", Short: "Make a key pair (PKCS#8, PEM)", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			key, err := dpop.GenerateKey(algorithm)
			if err != nil {
				return err
			}
			private, _, err := key.PEM()
			if err != nil {
				return err
			}
			if out == "" {
				_, err = io.WriteString(c.OutOrStdout(), private)
				return err
			}
			// Never over an existing key, and readable by its owner alone.
			f, err := os.OpenFile(out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				cause := errors.Unwrap(err)
				return fmt.Errorf("%s cannot be made: %w; choose another file or remove it first", out, cause)
			}
			if _, err := io.WriteString(f, private); err != nil {
				f.Close()
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s\nthumbprint %s\n", out, key.Thumbprint)
			return f.Close()
		},
	}
	c.Flags().StringVar(&algorithm, "alg", "ES256", "JWS `algorithm`: "+strings.Join(dpop.AlgorithmNames(), ", "))
	c.Flags().StringVarP(&out, "out", "o", "", "write to a new `file` with mode 0600; default: standard output")
	return c
}

func envCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "env [key file]",
		Short: "Print a key pair as AUTH0_DPOP_PUBLIC_KEY and AUTH0_DPOP_PRIVATE_KEY; a new ES256 pair without a file",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			key, err := keyOf(args)
			if err != nil {
				return err
			}
			private, public, err := key.PEM()
			if err != nil {
				return err
			}
			const lines = "AUTH0_DPOP_PUBLIC_KEY=%q\nAUTH0_DPOP_PRIVATE_KEY=%q\n"
			_, err = fmt.Fprintf(c.OutOrStdout(), lines, public, private)
			return err
		},
	}
}

func thumbprintCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "thumbprint <key file>",
		Short: "Print the RFC 7638 thumbprint of a private or public key or certificate (PEM), a JWK or JWK Set",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			text, err := contents(args[0])
			if err != nil {
				return err
			}
			printed, err := dpop.Thumbprints(text)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			for _, key := range printed {
				line := key.Thumbprint
				if len(printed) > 1 && key.KeyID != "" {
					line += " " + key.KeyID
				}
				fmt.Fprintln(c.OutOrStdout(), line)
			}
			return nil
		},
	}
}

func keyOf(args []string) (*dpop.Key, error) {
	if len(args) == 0 {
		return dpop.GenerateKey("ES256")
	}
	text, err := contents(args[0])
	if err != nil {
		return nil, err
	}
	key, err := dpop.ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", args[0], err)
	}
	return key, nil
}

// contents is what a file holds, if it is not too long for what is read here.
func contents(name string) ([]byte, error) {
	data, err := plaintext.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, errors.Unwrap(err))
	}
	return data, nil
}
