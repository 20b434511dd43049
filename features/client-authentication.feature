Feature: A client and its own authentication
  RFC 9449 §3: a proof is no client authentication, and stands beside whatever method the client has, or none. What holds
  of the client holds with each of them.

  @client @RFC9449-5-01
  Scenario Outline: A token request carries a proof, however the client authenticates
    Given the client <authentication>
    When the client obtains a token
    Then every token request carries a proof
    And every proof is by one key

    Examples:
      | authentication                        |
      | authenticates by client_secret_basic  |
      | authenticates by client_secret_post   |
      | authenticates by a signed assertion   |
      | authenticates by attestation          |
      | is a public one                       |

  @client @RFC9449-8-09
  Scenario Outline: A challenge is answered, however the client authenticates
    Given the client <authentication>
    And the token endpoint challenges the client once
    When the client uses the token endpoint
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

    Examples:
      | authentication                        |
      | authenticates by client_secret_basic  |
      | authenticates by client_secret_post   |
      | authenticates by a signed assertion   |
      | authenticates by attestation          |
      | is a public one                       |

  @client @ATTEST-12
  Scenario: An attested client proves the attested key by its DPoP proof alone
    Given the client authenticates by attestation
    When the client obtains a token
    Then every token request carries its attestation and one proof by the attested key

  @client @ATTEST-12
  Scenario: An attested client does the same where it pushes its request
    Given the client authenticates by attestation
    When the client signs in through a pushed request
    Then every pushed request carries its attestation and one proof by the attested key
    And every token request carries its attestation and one proof by the attested key

  @client @ATTEST-13
  Scenario: The challenge of the server is the nonce of an attested client's proof
    Given the client authenticates by attestation
    And the token endpoint challenges the client once
    When the client uses the token endpoint
    Then the client repeats the request once with the nonce and a new proof
    And every token request carries its attestation and one proof by the attested key
