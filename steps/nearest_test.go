package steps

import (
	"slices"
	"testing"
)

// mistyped are steps as people write them who do not remember the vocabulary, and the
// one that each of them means.
var mistyped = []struct{ written, means string }{
	// Letters that are wrong or missing.
	{`the client cals`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`the client cals "GET /orders"`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`the cleint calls "GET /orders" as "bob"`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`the staus is 200`, `Then the status is 200 or 204`},
	{`the call is refsued`, `Then the call is refused with the error "invalid_token"`},
	{`the heder "Location" is savd as {location}`, `When the header "Location" is saved as {location}`},
	{`it is chalenged for a nonce`, `Then it is challenged for a nonce`},
	{`the server requries a nonce`, `Given the server requires a nonce`},
	// Quotes that are missing.
	{`the client calls GET /orders`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`GET /orders is protected by DPoP`, `Then "GET /orders" is protected by DPoP`},
	{`the JSON at orders.0.item is paint`, `Then the JSON at "orders.0.item" is "blue paint"`},
	{`the header Content-Type contains json`, `Then the header "Content-Type" contains "json"`},
	{`item is "blue paint"`, `Given {item} is "blue paint"`},
	// Words that are missing or too many.
	{`client calls "GET /orders"`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`the status should be 200`, `Then the status is 200 or 204`},
	{`status 200`, `Then the status is 200 or 204`},
	{`call accepted`, `Then the call is accepted`},
	{`every operation is protected by DPoP`, `Then every operation of the API "orders" is protected by DPoP`},
	{`these endpoints are protected`, `Then these endpoints are protected by DPoP`},
	{`the body of the answer is empty`, `Then the body is empty`},
	// Singular and plural.
	{`every calls have the header`, `Given every call has the headers`},
	{`the JSON at "orders" have 3 item`, `Then the JSON at "orders" has 2 items`},
	{`this value`, `Given these values`},
	{`this endpoint is protected by DPoP`, `Then these endpoints are protected by DPoP`},
	{`the server hands out nonce`, `Given the server hands out nonces`},
	// Another verb.
	{`the client sends "GET /orders"`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`the client requests "GET /orders"`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`I call "GET /orders"`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`the call is rejected with the error "invalid_token"`, `Then the call is refused with the error "invalid_token"`},
	{`the call succeeds`, `Then the call is accepted`},
	{`the JSON at "id" is stored as {id}`, `When the JSON at "id" is saved as {id}`},
	{`the JSON at "internal" does not exist`, `Then the JSON at "internal" is missing`},
	{`the JSON matches the schema`, `Then the JSON conforms to the schema`},
	{`the response code is 401`, `Then the status is 200 or 204`},
	{`the response body contains "paint"`, `Then the body contains "paint"`},
	{`the header "Set-Cookie" is absent`, `Then the header "Set-Cookie" is missing`},
	// The keyword within the text, or another one.
	{`Then the client cals "POST /orders" with JSON`, `When the client calls "POST /orders" with the JSON`},
	{`When status is 200`, `Then the status is 200 or 204`},
	{`Given the JSON "id" is saved as {id}`, `When the JSON at "id" is saved as {id}`},
	// A parameter in another spelling.
	{`the client calls "GET /orders" with no proof`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`the client calls "GET /orders" as bearer`, `When the client calls "GET /orders?status=open" as "alice"`},
	{`the status is OK`, `Then the status is 200 or 204`},
	{`the status is 200, 204`, `Then the status is 200 or 204`},
	{`the access token has scope "read:orders"`, `Given the access token is for the scope "read:orders"`},
	{`the client calls "POST /orders" with json`, `When the client calls "POST /orders" with the JSON`},
	{`the client calls "GET /orders/1" till JSON at "status" is "shipped" in 10 seconds`,
		`When the client calls "GET /orders/{id}" until the JSON at "status" is "shipped" within 10 seconds`},
	{`the request carries proof whose htm is missing`, `When the request carries a proof whose htm is missing`},
	{`{reference} is a unique text`, `Given {reference} is a new unique text`},
}

func TestWhatSomebodyMeantIsAmongTheNearestSteps(t *testing.T) {
	v := Standard()
	first := 0
	for _, row := range mistyped {
		if len(v.Match(row.written)) > 0 {
			t.Errorf("%q is a step", row.written)
		}
		near := v.Nearest(row.written)
		switch slices.Index(near, row.means) {
		case 0:
			first++
		case -1:
			t.Errorf("%q: got %q, want %q", row.written, near, row.means)
		}
	}
	t.Logf("the first of %d of %d", first, len(mistyped))
	if 4*first < 3*len(mistyped) {
		t.Errorf("what was meant is the first of %d of %d", first, len(mistyped))
	}
}

func TestWhatResemblesNoStepGetsNoProposal(t *testing.T) {
	for _, text := range []string{"", "zebra xylophone quartz", "12 34", `"a"`} {
		if near := Standard().Nearest(text); len(near) > 0 {
			t.Errorf("%q: got %q", text, near)
		}
	}
}
