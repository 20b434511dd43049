package target

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Of what is secret every spelling is kept, so a file of keys that is no such file must
// not fill the memory.
func TestAFileOfKeysIsShort(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string][]byte{
		"long.pem": bytes.Repeat([]byte("a"), mostKeys+1), "other.pem": []byte("hello"),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ members, says string }{
		{"auth: private_key_jwt, key: long.pem", "long.pem cannot be read: it has more than 1 MiB"},
		{"auth: tls_client_auth, certificate: {file: long.pem, key: other.pem}", "long.pem cannot be read: it has more than 1 MiB"},
		{"auth: tls_client_auth, certificate: {file: other.pem, key: other.pem}", "file other.pem, key other.pem"},
	} {
		config := filepath.Join(folder, "target.yaml")
		text := "authorization_server:\n  issuer: http://127.0.0.1:9\n  clients:\n    - {id: c, grants: [client_credentials], " +
			test.members + "}\n"
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(config, os.LookupEnv); err == nil || !strings.Contains(err.Error(), test.says) ||
			!strings.Contains(err.Error(), "target.yaml:4") {
			t.Errorf("%s: %.300v", test.members, err)
		}
	}
	config := filepath.Join(folder, "long.yaml")
	if err := os.WriteFile(config, bytes.Repeat([]byte("#"), mostConfig+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(config, os.LookupEnv); err == nil || !strings.Contains(err.Error(), "more than 4 MiB") {
		t.Errorf("%.300v", err)
	}
}
