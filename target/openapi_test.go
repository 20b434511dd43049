package target

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const openAPI30 = `
openapi: 3.0.3
info: {title: Orders, version: "1"}
servers: [{url: https://api.example.com/v1/}]
security: [{dpop: []}]
paths:
  /orders:
    get:
      parameters:
        - {name: status, in: query, required: true, schema: {type: string, enum: [open, shipped]}}
        - {name: page, in: query, schema: {type: integer}, example: 2}
      responses: {"200": {description: the orders}}
    post:
      parameters: [{name: X-Tenant, in: header, required: true, schema: {type: string}, example: acme}]
      requestBody:
        content:
          text/plain: {example: unused}
          application/json: {schema: {$ref: "parts.yaml#/Order"}}
      responses: {"201": {description: made}}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      responses: {"200": {description: one}}
    delete:
      parameters: [{name: id, in: path, required: true, example: A/1, schema: {type: string}}]
      responses: {"204": {description: gone}}
  /health:
    get:
      security: []
      responses: {"200": {description: public}}
`

const openAPI31 = `
openapi: 3.1.0
info: {title: Orders, version: "1"}
paths:
  /orders/{n}:
    get:
      parameters: [{name: n, in: path, required: true, schema: {type: [integer, "null"], examples: [7]}}]
      responses: {"200": {description: one}}
`

func documentOf(t *testing.T, text string) RealAPI {
	t.Helper()
	folder := t.TempDir()
	for name, content := range map[string]string{"openapi.yaml": text,
		"parts.yaml": "Order: {type: object, example: {item: book, count: 2}}\n"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return RealAPI{Name: "orders", OpenAPI: filepath.Join(folder, "openapi.yaml")}
}

func TestTheOperationsOfAnOpenAPIDocumentAreFilledWithItsExamples(t *testing.T) {
	tests := []struct {
		name, document, url string
		want                []string
	}{
		{"3.0", openAPI30, "", []string{
			"GET /v1/orders?status=open",
			`POST /v1/orders X-Tenant=acme Content-Type=application/json {"count":2,"item":"book"}`,
			"DELETE /v1/orders/A%2F1", "GET /v1/orders/{id}",
		}},
		{"an API whose URL holds the path of the server", openAPI30, "http://127.0.0.1:1/v1", []string{
			"GET /orders?status=open",
			`POST /orders X-Tenant=acme Content-Type=application/json {"count":2,"item":"book"}`,
			"DELETE /orders/A%2F1", "GET /orders/{id}",
		}},
		{"3.1", openAPI31, "", []string{"GET /orders/7"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := documentOf(t, test.document)
			api.URL = test.url
			operations, err := api.Operations()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range operations {
				line := o.Method + " " + o.Path
				for _, f := range o.Fields {
					line += " " + f.Name + "=" + f.Value
				}
				got = append(got, strings.TrimSpace(line+" "+string(o.Body)))
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestAnUnusableOpenAPIDocumentIsRefusedWithTheReason(t *testing.T) {
	tests := []struct{ name, document, want string }{
		{"not OpenAPI 3", "swagger: '2.0'\ninfo: {title: x, version: '1'}\npaths: {}\n", "no OpenAPI 3 document"},
		{"only public operations", strings.ReplaceAll(openAPI31, "    get:\n", "    get:\n      security: []\n"),
			"no operation that takes a token"},
		{"a reference to the network", strings.ReplaceAll(openAPI30, "parts.yaml",
			"https://example.com/parts.yaml"), "only files are read"},
		{"not YAML", "\t:", "of the API orders"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := documentOf(t, test.document).Operations()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
	if _, err := (RealAPI{Name: "orders"}).Operations(); err == nil ||
		!strings.Contains(err.Error(), "apis.orders.openapi") {
		t.Errorf("without a document: %v", err)
	}
}
