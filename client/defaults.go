package client

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"os"
	"time"
)

// withDefaults returns o with what it leaves open filled in.
func (o Options) withDefaults() Options {
	if o.Env == nil {
		o.Env = os.LookupEnv
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = wait
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Policy == nil {
		o.Policy = HonestPolicy()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 30 * time.Second}
	}
	if o.Auth == "" {
		o.Auth = None
		if o.ClientSecret != "" {
			o.Auth = ClientSecretPost
		}
	}
	return o
}

// check finds options that contradict each other.
func (o Options) check() error {
	switch o.Auth {
	case None:
	case ClientSecretBasic, ClientSecretPost:
		if o.ClientSecret == "" {
			return failure(ConfigurationError, "Auth is %s but ClientSecret is empty", o.Auth)
		}
	case PrivateKeyJWT:
		if o.AssertionKey == nil {
			return failure(ConfigurationError, "Auth is %s but AssertionKey is not set", o.Auth)
		}
	case AttestationDPoP:
		if o.Attestation == "" || !o.UseDPoP {
			return failure(ConfigurationError, "Auth is %s, which needs Attestation and UseDPoP", o.Auth)
		}
	default:
		return failure(ConfigurationError, "Auth is %q; give none, client_secret_basic, client_secret_post, "+
			"private_key_jwt or attest_jwt_client_auth_dpop", o.Auth)
	}
	return nil
}

// wait is the default Sleep.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
