Feature: Orders
  An example to change. The embedded API answers every request with its method
  and target. dpopspec steps lists all that a scenario can say.

  Scenario: Orders are listed
    When the client calls "GET /orders?status=open"
    Then the status is 200
    And the JSON at "method" is "GET"
    And the JSON at "target" is "/orders?status=open"

  Scenario: A stolen token is of no use
    When the client calls "GET /orders" as "alice"
    Then the call is accepted
    When the client calls "GET /orders" as "mallory" with the token of "alice"
    Then the call is refused

  Scenario: Nothing is told without a token
    When the client calls "GET /orders" without a token
    Then the status is 401

  Scenario: Orders are protected
    Then "GET /orders" is protected by DPoP
