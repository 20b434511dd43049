Feature: Requests that carry a token
  RFC 9449 §5 and §7: a token is asked for and sent together with a proof, in the fields made for them and nowhere else.

  @client @RFC9449-7-01
  Scenario: A client gets a token and calls an API with it
    When the client obtains a token and fetches from the API
    Then the client succeeds among honest servers

  @client @RFC9449-5-01
  Scenario Outline: A token request carries a proof, whatever the grant
    When the client obtains a token by "<grant>"
    Then every token request carries a proof

    Examples:
      | grant                                           |
      | client_credentials                              |
      | authorization_code                              |
      | refresh_token                                   |
      | urn:ietf:params:oauth:grant-type:device_code    |
      | urn:ietf:params:oauth:grant-type:token-exchange |

  @client @RFC9449-5-18
  Scenario: A public client refreshes with the key of its login
    Given the client is a public one
    When the client obtains a token by "refresh_token"
    Then every token request carries a proof
    And every proof is by one key

  @client @RFC9449-7-01
  Scenario: A request to the API carries token and proof
    Given the client holds a token
    When the client fetches from the API
    Then every API request carries a bound token and a proof
    And the client succeeds

  @client @RFC9449-7-01
  Scenario: The first request after a login carries token and proof
    When the client signs in
    And the client fetches from the API
    Then every API request carries a bound token and a proof

  @client @RFC9449-7-02
  Scenario: After a refresh the proof goes with the new token
    Given the client holds a token
    When the client fetches from the API
    And the client obtains a token
    And the client fetches from the API again
    Then every proof has the hash of its access token at the API
    And the client succeeds

  @client @RFC9449-7.1-01
  Scenario: The token goes out with the scheme DPoP in one field
    When the client goes through a session
    Then every API request carries one Authorization field with the scheme DPoP

  @client @RFC9449-7.1-01 @FAPI2-5.3.3.1-03
  Scenario: The token goes out in the Authorization field alone
    When the client goes through a session
    Then no token is in a query or a body

  @client @RFC9449-7-01
  Scenario Outline: What the caller gives arrives unchanged
    When the client fetches "<method> /orders"
    Then the API gets what the caller gave

    Examples:
      | method |
      | GET    |
      | POST   |
      | PUT    |
      | DELETE |
