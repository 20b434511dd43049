@battery
Feature: Scripts in browsers can use an API that lets them in
  RFC 9449 §7.1 and §8 put what a client needs into fields that a browser hides
  from scripts unless the answer exposes them (Fetch §3.2).

  @RFC9449-7.1-16 @at:api @at:userinfo
  Scenario: A script can read the challenge
    Given an API that scripts in browsers may call
    When a script in a browser calls it without credentials
    Then the script can read the field "WWW-Authenticate"

  @RFC9449-7.1-16 @at:api
  Scenario: A script may send a proof
    Given an API that scripts in browsers may call
    Then a preflight allows the fields DPoP and Authorization

  @RFC9449-8-13 @at:api @at:userinfo
  Scenario: A script can read the nonce
    Given the server requires a nonce
    And an API that scripts in browsers may call
    When a script in a browser calls it with an honest proof
    Then the script can read the field "DPoP-Nonce"
