@at:token @at:par
Feature: Clients in browsers can use DPoP
  RFC 9449 §8.2: a browser shows a script only what the server lets it see.

  @RFC9449-8-13
  Scenario: A browser may read the nonce of a challenge
    Given the server requires a nonce
    When a script in a browser sends a proof without nonce
    Then the script can read the nonce

  @RFC9449-8-13
  Scenario: A browser may send a proof
    Then a preflight allows the field DPoP
