@battery
Feature: The proof is made by the key that the token is bound to
  RFC 9449 §4.3, check 12, and §7.1: the key of the proof is the key that the access token
  is bound to, compared whole and exactly.

  @RFC9449-4.3-79 @at:userinfo @at:api
  Scenario: A proof by another key than that of the token is refused
    Given an honest proof is accepted
    When the request carries a proof whose key is another party's
    Then it is refused

  @RFC9449-4.3-80 @at:userinfo @at:api
  Scenario Outline: A token that is bound to something like the key is refused
    Given an honest proof is accepted
    When the request carries a token that is bound to <binding>
    Then it is refused

    Examples:
      | binding                                  |
      | the first half of the thumbprint         |
      | the thumbprint and one more character    |
      | the thumbprint in other letter case      |
      | the thumbprint with a padding            |
      | the thumbprint in hexadecimal            |
      | the first 42 characters and another one  |
      | the first character and 42 others        |
      | another first character and the same 42  |

  @RFC7800-3.1-01 @at:userinfo @at:api
  Scenario: Unknown members of a confirmation are ignored
    Given an honest proof is accepted
    When the request carries a token that is bound to the thumbprint, beside unknown members
    Then it is accepted
