Feature: The proof names the method of the request
  RFC 9449 §4.3, check 8: htm must match the method of the request that carries
  the proof. Methods are case-sensitive (RFC 9110 §9.1).

  @RFC9449-4.3-42 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof for another method is refused
    Given an honest proof is accepted
    When the request carries a proof whose htm is another method
    Then it is refused

  @RFC9449-4.3-43 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof with the method in other letter case is refused
    Given an honest proof is accepted
    When the request carries a proof whose htm is in lower case
    Then it is refused

  @RFC9449-4.3-13 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof without a usable htm is refused
    Given an honest proof is accepted
    When the request carries a proof whose htm is <value>
    Then it is refused

    Examples:
      | value    |
      | missing  |
      | null     |
      | empty    |
      | a number |
