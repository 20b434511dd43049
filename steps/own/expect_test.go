package own

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/dpopspec/dpopspec/steps/world"
)

// shop is an API that has two orders. It judges nothing.
func shop(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/v1/text":
		fmt.Fprint(w, "two orders")
	case "/v1/empty":
		w.WriteHeader(http.StatusNoContent)
	case "/v1/refusal":
		w.Header().Add("WWW-Authenticate", `Bearer, DPoP error="invalid_token"`)
		w.WriteHeader(http.StatusUnauthorized)
	default:
		w.Header().Add("Vary", "Origin")
		w.Header().Add("Vary", "Accept")
		fmt.Fprint(w, `{"orders": [{"id": 12345678901234567890, "item": "blue paint", "count": 2, "price": 1.50, "gift": null, "tags": ["new", "red"], "sent": false},
			{"id": 2, "item": "nail"}], "total": 2}`)
	}
}

func TestAnExpectationHoldsOrIsAViolation(t *testing.T) {
	tests := []struct {
		path, step string
		holds      bool
	}{
		{"orders", `the call is accepted`, true},
		{"orders", `the call is refused`, false},
		{"refusal", `the call is refused`, true},
		{"refusal", `the call is refused with the error "invalid_token"`, true},
		{"refusal", `the call is refused with the error "invalid_request"`, false},
		{"orders", `the status is 200`, true},
		{"orders", `the status is 2xx`, true},
		{"orders", `the status is 201 or 4xx`, false},
		{"empty", `the status is 201 or 204`, true},
		{"orders", `the header "vary" is "Origin, Accept"`, true},
		{"orders", `the header "Vary" is not "Origin, Accept"`, false},
		{"orders", `the header "Vary" matches "^Origin$"`, false},
		{"orders", `the header "Missing" contains ""`, false},
		{"orders", `the header "Missing" is missing`, true},
		{"orders", `the header "Vary" is missing`, false},
		{"orders", `the header "Vary" exists`, true},
		{"text", `the body is "two orders"`, true},
		{"text", `the body matches "^\w+ orders$"`, true},
		{"text", `the body contains "three"`, false},
		{"text", `the body is empty`, false},
		{"empty", `the body is empty`, true},
		{"text", `the JSON at "orders" exists`, false},
		{"text", `the JSON at "orders" is missing`, false},
		{"empty", `the JSON at "orders" is missing`, false},
		{"orders", `the JSON at "orders.0.item" is "blue paint"`, true},
		{"orders", `the JSON at "orders.0.item" is "Blue paint"`, false},
		{"orders", `the JSON at "orders.0.item" is not "Blue paint"`, true},
		{"orders", `the JSON at "orders.9.item" is null`, false},
		{"orders", `the JSON at "orders.0.gift" is null`, true},
		{"orders", `the JSON at "orders.0.id" is 12345678901234567890`, true},
		{"orders", `the JSON at "orders.0.id" is 12345678901234567891`, false},
		{"orders", `the JSON at "orders.0.price" is 1.5`, true},
		{"orders", `the JSON at "orders.0.count" is "2"`, false},
		{"orders", `the JSON at "orders.0.tags" is ["new","red"]`, true},
		{"orders", `the JSON at "orders.0.tags" is ["red","new"]`, false},
		{"orders", `the JSON at "orders.1" is {"item": "nail", "id": 2}`, true},
		{"orders", `the JSON at "orders.1" is {"item": "nail"}`, false},
		{"orders", `the JSON at "orders.#" is 2`, true},
		{"orders", `the JSON at "orders.#(item==nail).id" is 2`, true},
		{"orders", `the JSON at "orders.#(count>1)#.item" is ["blue paint"]`, true},
		{"orders", `the JSON at "orders" is an array`, true},
		{"orders", `the JSON at "orders.0" is an object`, true},
		{"orders", `the JSON at "orders.0.count" is an integer`, true},
		{"orders", `the JSON at "orders.0.price" is an integer`, false},
		{"orders", `the JSON at "orders.0.price" is a number`, true},
		{"orders", `the JSON at "orders.0.sent" is a boolean`, true},
		{"orders", `the JSON at "orders.0.gift" is a string`, false},
		{"orders", `the JSON at "total" is at least 2`, true},
		{"orders", `the JSON at "total" is more than 2`, false},
		{"orders", `the JSON at "total" is at most 2`, true},
		{"orders", `the JSON at "total" is less than 2.5`, true},
		{"orders", `the JSON at "orders.0.item" is less than 5`, false},
		{"orders", `the JSON at "missing" is less than 5`, false},
		{"orders", `the JSON at "orders.0.item" contains "paint"`, true},
		{"orders", `the JSON at "orders.0.item" matches "^paint"`, false},
		{"orders", `the JSON at "orders.0.tags" contains "red"`, true},
		{"orders", `the JSON at "orders.0.tags" contains "re"`, false},
		{"orders", `the JSON at "orders.0.gift" contains ""`, false},
		{"orders", `the JSON at "orders" has 2 items`, true},
		{"orders", `the JSON at "orders.1" has 2 members`, true},
		{"orders", `the JSON at "orders.0.item" has 1 item`, false},
		{"orders", `the JSON at "missing" has 0 items`, false},
		{"orders", `the JSON at "missing" is missing`, true},
		{"orders", `the JSON at "orders.0.gift" is missing`, false},
		{"orders", "the JSON has\n| total | 2 |\n| orders.1.item | \"nail\" |", true},
		{"orders", "the JSON has\n| total | 2 |\n| orders.1.item | \"nails\" |", false},
		{"orders", "the JSON is\n\"\"\"\n{\"total\": 2}\n\"\"\"", false},
		{"orders", "the JSON conforms to the schema\n\"\"\"\n{\"required\": [\"total\"]}\n\"\"\"", true},
		{"orders", "the JSON at \"orders.1\" conforms to the schema\n\"\"\"\n{\"properties\": {\"id\": {\"type\": \"string\"}}}\n\"\"\"", false},
		{"orders", `the JSON conforms to the schema "orders.json"`, true},
		{"orders", `the JSON at "orders.1" conforms to the schema "order.json"`, false},
		{"orders", `the JSON at "nowhere" conforms to the schema "order.json"`, false},
		{"orders", `the JSON at "orders.0.id" is saved as {id}`, true},
		{"orders", `the JSON at "nowhere" is saved as {id}`, false},
		{"orders", `the header "Nowhere" is saved as {id}`, false},
	}
	w := worldOf(t, shop)
	w.ReadFiles(func(name string) ([]byte, error) {
		return []byte(map[string]string{
			"orders.json": `{"properties": {"total": {"type": "integer"}}}`,
			"order.json":  `{"$ref": "more.json"}`,
			"more.json":   `{"required": ["count"]}`,
		}[name]), nil
	})
	for _, test := range tests {
		t.Run(test.path+" "+strings.Split(test.step, "\n")[0], func(t *testing.T) {
			err := play(t, w, fmt.Sprintf("When the client calls \"GET /%s\"\nThen %s", test.path, test.step))
			var violation *world.Violation
			switch {
			case test.holds && err != nil:
				t.Error(err)
			case !test.holds && !errors.As(err, &violation):
				t.Errorf("got %v, want a violation", err)
			}
		})
	}
}

func TestWhatIsSavedIsNoExpectation(t *testing.T) {
	w := worldOf(t, shop)
	if err := play(t, w, "When the client calls \"GET /orders\"\nAnd the JSON at \"total\" is saved as {total}"); err != nil || w.Asserted() {
		t.Errorf("%v, asserted %v", err, w.Asserted())
	}
}

func TestASchemaIsNotFetched(t *testing.T) {
	w := worldOf(t, shop)
	err := play(t, w, "When the client calls \"GET /orders\"\nThen the JSON conforms to the schema\n\"\"\"\n{\"$ref\": \"https://example.com/x.json\"}\n\"\"\"")
	if err == nil || world.IsOutcome(err) || !strings.Contains(err.Error(), "not fetched") {
		t.Errorf("got %v, want an error", err)
	}
}
